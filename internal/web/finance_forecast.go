package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/views"
)

// certain is the probability of what is sure.
const certain money.BasisPoints = 10_000

// forecastNew takes what a project manager expects to be spent beyond what the books show. It begins with what remains of the last forecast.
func (s *site) forecastNew(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermForecast)
	if err != nil {
		return err
	}
	from, err := s.deps.Finance.ForecastForm(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	rows := len(from.Lines) + views.MoreLines
	if typed := s.input(c).integer("rows"); c.Method() == fiber.MethodPost && typed > 0 && typed <= views.MostLines {
		rows = int(typed)
	}
	var version int64
	if from.Last != nil {
		version = int64(from.Last.ID)
	}
	here := views.ProjectFinanceURL(project.ID, views.Day{})
	page := views.FormPage{Base: s.moneyFrame(c, p, p.T("forecasting.of", project.Name), views.PartForecast, project, r), Intro: p.ForecastIntro(from)}
	page.Form = page.NewForm(views.UnderProject(project.ID, views.PartForecast), p.T("forecasting.submit"), here, version, p.ForecastFields(from, s.today(), rows)...)
	return s.edit(c, edit{page: page, done: "flash.forecast", save: func(in *input) (string, error) {
		typed, places := in.forecast(rows, from.Currency)
		typed.AsOf = in.past("as_of", s.today())
		if in.values.Has(views.FieldVersion) {
			typed.After = finance.ForecastID(in.version())
		}
		if err := in.err(); err != nil {
			return here, err
		}
		_, err := s.deps.Finance.BookForecast(c.UserContext(), actor(c), project.ID, typed)
		return here, s.once(c, atRows(err, "lines", "amount", places))
	}})
}

// forecast reads a forecast, and in which row each of its lines was typed. A row without an amount is none.
func (in *input) forecast(rows int, c money.Currency) (finance.ForecastInput, []int) {
	out := finance.ForecastInput{Comment: in.lines("comment"), Physical: in.share("physical"), Planned: in.share("planned")}
	var places []int
	for n := 1; n <= rows; n++ {
		row := "_" + strconv.Itoa(n)
		amount, given := in.amount("amount"+row, c)
		if !given {
			continue
		}
		l := finance.ForecastLine{YearID: in.key("year" + row), Section: in.text("section" + row), Category: finance.Category(in.text("category" + row)), Kind: finance.ForecastKind(in.text("kind" + row)), Amount: amount, Probability: certain}
		if l.YearID == 0 && !in.refused("year"+row) {
			in.wrong.Add("year"+row, "input.required")
		}
		switch probable := l.Kind == finance.ForecastProbable; {
		case probable:
			l.Probability = in.percent("probability" + row)
		case in.has("probability" + row):
			in.wrong.Add("probability"+row, "forecasting.probability.only")
		}
		out.Lines, places = append(out.Lines, l), append(places, n)
	}
	return out, places
}

// share reads a percentage that may be left out.
func (in *input) share(name string) *money.BasisPoints {
	if in.text(name) == "" {
		return nil
	}
	bp := in.percent(name)
	return &bp
}

// atRows says of lines that a use case counted from 1 in which rows of the form they stand: fields of a list are refused by a name for all and the
// number of the line.
func atRows(err error, list, field string, places []int) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	var moved fault.Fields
	for _, x := range f.Fields {
		if n, ok := firstOf[int](x.Args); ok && x.Name == list && n >= 1 && n <= len(places) {
			x.Name, x.Args = field+"_"+strconv.Itoa(places[n-1]), append([]any{places[n-1]}, x.Args[1:]...)
		}
		moved.Add(x.Name, x.Key, x.Args...)
	}
	if len(f.Fields) == 0 {
		return err
	}
	return moved.Err()
}

// firstOf gives the first of some values, if it is of a type.
func firstOf[T any](values []any) (v T, ok bool) {
	if len(values) > 0 {
		v, ok = values[0].(T)
	}
	return v, ok
}

// moves lists why the cost of a project moved.
func (s *site) moves(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermReadCost)
	if err != nil {
		return err
	}
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	page := views.MovesPage{Project: books.Project, Place: project.Place(), Basis: books.AmountBasis, Currency: books.Currency}
	if page.Moves, err = s.deps.Finance.Moves(c.UserContext(), actor(c), project.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.moneyFrame(c, p, p.T("moves.of", project.Name), views.PartMoves, project, r)
	return s.render(c, page.Page())
}

func (s *site) moveNew(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermForecast)
	if err != nil {
		return err
	}
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := views.UnderProject(project.ID, views.PartMoves)
	page := views.FormPage{Base: s.moneyFrame(c, p, p.T("moves.new.of", project.Name), views.PartMoves, project, r), Intro: []string{p.T("moves.new.text"), p.Basis(books.AmountBasis, books.Currency)}}
	page.Form = page.NewForm(back+"/new", p.T("moves.submit"), back, 0, p.MoveFields(s.today(), books.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.move", save: func(in *input) (string, error) {
		amount, given := in.amount("amount", books.Currency)
		if !given && !in.refused("amount") {
			in.wrong.Add("amount", "input.required")
		}
		m := finance.MoveInput{On: in.past("on", s.today()), Cause: forecast.Cause(in.text("cause")), Amount: amount, Decision: in.text("decision"), Reason: in.lines("reason")}
		if m.Cause == "" {
			in.wrong.Add("cause", "input.required")
		}
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Finance.BookMove(c.UserContext(), actor(c), project.ID, m)
		return back, s.once(c, err)
	}})
}

// moveReverse takes a move back, by a further one.
func (s *site) moveReverse(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermForecast)
	if err != nil {
		return err
	}
	id, err := number(c, "move")
	if err != nil {
		return fault.NotFound("cost_move", text(c.Params("move")))
	}
	all, err := s.deps.Finance.Moves(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	var move *finance.Move
	for i := range all {
		if all[i].ID == finance.MoveID(id) && all[i].Reverses == 0 {
			move = &all[i]
		}
	}
	if move == nil {
		return fault.NotFound("cost_move", id)
	}
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := views.UnderProject(project.ID, views.PartMoves)
	page := views.FormPage{Base: s.moneyFrame(c, p, p.T("moves.reverse"), views.PartMoves, project, r), Intro: []string{p.T("moves.reverse.text", p.T("forecast.cause."+string(move.Cause)), p.Exact(move.Amount, books.Currency), p.Date(move.On)), p.T("movement.reverse.text")}}
	page.Form = page.NewForm(views.MoveURL(project.ID, move.ID), p.T("moves.reverse"), back, 0, views.Field{Name: "reason", Type: "textarea", Label: p.T("movement.reason"), Required: true, MaxSize: 2000})
	return s.edit(c, edit{page: page, done: "flash.move_reversed", save: func(in *input) (string, error) {
		reason := in.lines("reason")
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Finance.ReverseMove(c.UserContext(), actor(c), project.ID, move.ID, reason))
	}})
}
