package finance

import (
	"cmp"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/internal/money"
)

// VotedDocument is a budget document of the finance system as the last file that holds it tells it. Sums are those of real expenditure.
type VotedDocument struct {
	File     FileID
	FileName string
	Entity   string // SIRET of the budget; a subsidiary one has its own
	Document ledgerfile.Document
	Number   string // of an amending one
	Lines    int64  // all of them, revenue and opérations d'ordre included
	Voted    money.Amount
	Carried  money.Amount // credits carried in from the year before; of accounts those carried out
}

// VoteTieOut holds what the envelopes say that was voted against the voted budget of the finance system. It changes nothing: which of the two is wrong a person decides.
type VoteTieOut struct {
	Year      FiscalYear
	Currency  string
	Documents []VotedDocument
	Lines     []VoteTieOutLine // of the operations that envelopes name, by section and operation
	Sections  []VoteTieOutSection
}

// VoteTieOutLine is one operation in one section.
type VoteTieOutLine struct {
	Section   string
	Operation string
	Envelopes []string // their codes
	Acts      []VoteTieOutAct
	Books     money.Amount // of the acts that documents tell
	Budget    money.Amount
}

// Delta is what the envelopes hold more than the budget.
func (l VoteTieOutLine) Delta() money.Amount { return l.Books - l.Budget }

// VoteTieOutAct is what one kind of act opened. Acts that no document tells, as a virement, stand only in the books.
type VoteTieOutAct struct {
	Act        Act
	Documented bool // documents tell such acts
	Books      money.Amount
	Budget     money.Amount
}

// Delta is what the envelopes hold more than the budget; nothing where no document could tell.
func (a VoteTieOutAct) Delta() money.Amount {
	if !a.Documented {
		return 0
	}
	return a.Books - a.Budget
}

// VoteTieOutSection sums a section up, for what cannot be compared line by line.
type VoteTieOutSection struct {
	Section string
	Named   money.Amount // of envelopes that name an operation, acts that documents tell
	Unnamed money.Amount // of envelopes that name none: they are somewhere within the budget
	Budget  money.Amount // of all operations and of what belongs to none
}

// documentedBy gives the act that a column of a document tells: what it votes and, beside the votes, what was carried in.
func documentedBy(d ledgerfile.Document, carried bool) (Act, bool) {
	switch {
	case d == ledgerfile.DocumentPrimary && !carried:
		return ActBP, true
	case d == ledgerfile.DocumentSupplementary && !carried:
		return ActBS, true
	case d == ledgerfile.DocumentAmending && !carried:
		return ActDM, true
	case carried && (d == ledgerfile.DocumentPrimary || d == ledgerfile.DocumentSupplementary || d == ledgerfile.DocumentAmending):
		return ActReport, true
	}
	return "", false
}

// documented tells whether budget documents tell acts of a kind.
func documented(a Act) bool {
	return a == ActBP || a == ActBS || a == ActDM || a == ActReport
}

// votedSum is what the last documents of a year vote for an operation.
type votedSum struct {
	Section   string              `bun:"section"`
	Operation string              `bun:"operation"`
	Document  ledgerfile.Document `bun:"document"`
	Voted     money.Amount        `bun:"voted"`
	Carried   money.Amount        `bun:"carried"`
}

// voteSpot is where votes are compared.
type voteSpot struct{ section, operation string }

// tieOut compares the votes of a year with what documents say.
type tieOut struct {
	lines    map[voteSpot]*VoteTieOutLine
	sections map[string]*VoteTieOutSection
}

func tieVotes(year int64, tree envelopeTree, votes Votes, budget []votedSum) tieOut {
	t := tieOut{lines: map[voteSpot]*VoteTieOutLine{}, sections: map[string]*VoteTieOutSection{}}
	for _, c := range votes.Cells() {
		if c.Authorisation != AuthorisationCP || c.YearID != year {
			continue
		}
		for _, a := range Acts {
			if amount := votes[c][a]; amount != 0 {
				t.vote(c, tree, a, amount)
			}
		}
	}
	for _, s := range budget {
		for _, carried := range [...]bool{false, true} {
			a, told := documentedBy(s.Document, carried)
			if !told {
				continue
			}
			amount := s.Voted
			if carried {
				amount = s.Carried
			}
			t.section(s.Section).Budget += amount
			if l := t.lines[voteSpot{s.Section, codeKey(s.Operation)}]; l != nil && amount != 0 {
				l.act(a).Budget += amount
				l.Budget += amount
			}
		}
	}
	return t
}

// vote counts what an act opened in an envelope, under the operation that it or the next one above it names.
func (t tieOut) vote(c Cell, tree envelopeTree, a Act, amount money.Amount) {
	operation := ""
	for _, id := range tree.path(c.Envelope) {
		if operation = codeKey(tree[id].Operation); operation != "" {
			break
		}
	}
	sum := t.section(c.Section)
	if operation == "" {
		if documented(a) {
			sum.Unnamed += amount
		}
		return
	}
	spot := voteSpot{c.Section, operation}
	l := t.lines[spot]
	if l == nil {
		l = &VoteTieOutLine{Section: c.Section, Operation: operation}
		t.lines[spot] = l
	}
	if code := tree[c.Envelope].Code; !slices.Contains(l.Envelopes, code) {
		l.Envelopes = append(l.Envelopes, code)
	}
	l.act(a).Books += amount
	if documented(a) {
		l.Books, sum.Named = l.Books+amount, sum.Named+amount
	}
}

func (t tieOut) section(code string) *VoteTieOutSection {
	s := t.sections[code]
	if s == nil {
		s = &VoteTieOutSection{Section: code}
		t.sections[code] = s
	}
	return s
}

func (l *VoteTieOutLine) act(a Act) *VoteTieOutAct {
	i := slices.IndexFunc(l.Acts, func(x VoteTieOutAct) bool { return x.Act == a })
	if i < 0 {
		i, l.Acts = len(l.Acts), append(l.Acts, VoteTieOutAct{Act: a, Documented: documented(a)})
	}
	return &l.Acts[i]
}

// fill writes the comparison down, sections and acts in display order.
func (t tieOut) fill(out *VoteTieOut) {
	sections := func(a, b string) int { return cmp.Compare(slices.Index(Sections, a), slices.Index(Sections, b)) }
	for _, l := range t.lines {
		slices.Sort(l.Envelopes)
		slices.SortFunc(l.Acts, func(a, b VoteTieOutAct) int { return cmp.Compare(slices.Index(Acts, a.Act), slices.Index(Acts, b.Act)) })
		out.Lines = append(out.Lines, *l)
	}
	slices.SortFunc(out.Lines, func(a, b VoteTieOutLine) int {
		return cmp.Or(sections(a.Section, b.Section), cmp.Compare(a.Operation, b.Operation))
	})
	for _, s := range t.sections {
		out.Sections = append(out.Sections, *s)
	}
	slices.SortFunc(out.Sections, func(a, b VoteTieOutSection) int { return sections(a.Section, b.Section) })
}
