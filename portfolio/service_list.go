package portfolio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
	"jalon/portfolio/drift"
	"jalon/portfolio/projectfile"
)

// ImportInput is a project list to be booked.
type ImportInput struct {
	Organisation identity.Organisation // one without an id is made together with its first list
	RoadmapCode  string
	Data         []byte
	FileName     string
	Profile      projectfile.Profile
	AsOf         civil.Date // day of a full list; the rows of a series carry their own
	DryRun       bool
	Joins        map[string]string // name in the file → code of the project that it is
	roadmap      RoadmapID         // of a staged list, whatever the roadmap's code is by now; 0: by code
}

// ImportReport says what an import did, or would do. Matched + Rejected = Rows, and
// Created + Updated + Unchanged = Projects.
type ImportReport struct {
	File           string
	SHA256         string
	Organisation   string
	Currency       money.Currency
	Roadmap        string
	Profile        string
	ProfileVersion int
	AsOf           civil.Date
	DryRun         bool
	Rows           int
	Matched        int
	Rejected       int
	Projects       int
	Created        int
	Updated        int
	Unchanged      int
	Exits          int
	Estimates      int
	Findings       []projectfile.Finding
}

// errDryRun ends the transaction of a preview, so that nothing of it stays.
var errDryRun = fault.New(fault.KindInternal, "import.dry_run")

// ImportList reads a project list and books what it says: new projects, dated estimates, exits.
// All or nothing; the same file again changes nothing.
func (s *Service) ImportList(ctx context.Context, actor identity.Actor, in ImportInput) (ImportReport, error) {
	if err := refuseNobody(actor); err != nil {
		return ImportReport{}, err
	}
	if !actor.MayAnywhere(identity.PermImportPortfolio) { // no file is read for who imports nowhere; the roadmap is asked about below
		return ImportReport{}, fault.Forbidden("permission.denied", string(identity.PermImportPortfolio))
	}
	list, rep, err := readList(in)
	if err != nil {
		return ImportReport{}, err
	}
	err = s.tryTx(ctx, in.DryRun, func(ctx context.Context, tx database.Conn) error {
		_, err := s.importList(ctx, tx, actor, in, list, &rep)
		return err
	})
	return rep, err
}

// tryTx runs work in a transaction of which a preview leaves nothing.
func (s *Service) tryTx(ctx context.Context, dryRun bool, work func(ctx context.Context, tx database.Conn) error) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := work(ctx, tx); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if err == errDryRun {
		return nil
	}
	return err
}

// readList reads the file of an import and begins the report on it.
func readList(in ImportInput) (projectfile.List, ImportReport, error) {
	var f fault.Fields
	checkCode(&f, in.RoadmapCode)
	f.Check(!in.AsOf.IsZero(), "as_of", "input.required")
	if err := f.Err(); err != nil {
		return projectfile.List{}, ImportReport{}, err
	}
	list, err := projectfile.Read(in.Data, in.FileName, in.Profile, in.Organisation.Currency)
	if err != nil {
		return projectfile.List{}, ImportReport{}, err
	}
	if list.Matched == 0 {
		return projectfile.List{}, ImportReport{}, fault.Invalid("import.no_row", list.Read)
	}
	sum := sha256.Sum256(in.Data)
	return list, ImportReport{File: in.FileName, SHA256: hex.EncodeToString(sum[:]), Organisation: in.Organisation.Code, Currency: list.Currency, Roadmap: in.RoadmapCode,
		Profile: list.Profile, ProfileVersion: list.ProfileVersion, AsOf: in.AsOf, DryRun: in.DryRun, Rows: list.Read, Matched: list.Matched, Rejected: list.Rejected, Findings: list.Findings}, nil
}

// importList works out what a list does and books it.
func (s *Service) importList(ctx context.Context, tx database.Conn, actor identity.Actor, in ImportInput, list projectfile.List, rep *ImportReport) (*listPlan, error) {
	if in.Organisation.ID == 0 {
		o, err := identity.CreateWithin(ctx, tx, actor, in.Organisation, s.now())
		if err != nil {
			return nil, err
		}
		in.Organisation = o
	}
	r, err := s.roadmapForImport(ctx, tx, actor, in, list, rep)
	if err != nil {
		return nil, err
	}
	if list.Currency != r.Currency {
		return nil, fault.Invalid("import.currency", string(list.Currency), string(r.Currency))
	}
	if r, err = hold(ctx, tx, r); err != nil {
		return nil, err
	}
	f := &facts{roadmap: r}
	if err := f.loadProjects(ctx, tx); err != nil {
		return nil, err
	}
	state, err := s.listState(ctx, tx, in, list, f)
	if err != nil {
		return nil, err
	}
	plan, err := planList(list, in.AsOf, state)
	if err != nil {
		return nil, err
	}
	if !list.Series && in.AsOf.After(s.Today(in.Organisation)) {
		rep.Findings = append(rep.Findings, projectfile.Finding{Code: "list.future", Args: []any{in.AsOf}})
	}
	if list.Unattributed && len(plan.gone) > 0 {
		rep.Findings = append(rep.Findings, projectfile.Finding{Code: "exits.uncertain", Args: []any{len(plan.gone)}})
	}
	rep.Findings = append(rep.Findings, plan.findings...)
	rep.Matched, rep.Rejected = rep.Matched-plan.rejected, rep.Rejected+plan.rejected
	rep.Projects, rep.Created, rep.Estimates = len(plan.members), len(plan.create), len(plan.estimates)
	return plan, s.bookList(ctx, tx, actor, in, list, r, f, plan, rep)
}

// roadmapForImport finds the roadmap, or drafts it: a list is often the first that there is. Drafting
// one is for who may edit the whole organisation; others learn no more than of a roadmap that they may not see.
func (s *Service) roadmapForImport(ctx context.Context, tx database.Conn, actor identity.Actor, in ImportInput, list projectfile.List, rep *ImportReport) (Roadmap, error) {
	if in.roadmap != 0 {
		return findRoadmap(ctx, tx, in.roadmap) // staging checked the permission
	}
	r, err := findRoadmapByCode(ctx, tx, in.Organisation.ID, in.RoadmapCode)
	if err == nil {
		return r, identity.See(actor, identity.PermImportPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", in.RoadmapCode)
	}
	if fault.KindOf(err) != fault.KindNotFound {
		return r, err
	}
	for _, need := range []identity.Permission{identity.PermImportPortfolio, identity.PermEditPortfolio} {
		if err := identity.See(actor, need, identity.PermReadPortfolio, identity.Within(in.Organisation.ID), "roadmap", in.RoadmapCode); err != nil {
			return r, err
		}
	}
	r = Roadmap{OrganisationID: in.Organisation.ID, Code: in.RoadmapCode, Name: in.RoadmapCode, Start: in.AsOf, Currency: list.Currency, Status: RoadmapDraft}
	if err := r.Validate(); err != nil {
		return r, err
	}
	rep.Findings = append(rep.Findings, projectfile.Finding{Code: "roadmap.created", Args: []any{r.Code}})
	return r, s.createRoadmap(ctx, tx, actor, RoadmapInput{Roadmap: r}, &r)
}

func (s *Service) listState(ctx context.Context, tx database.Conn, in ImportInput, list projectfile.List, f *facts) (listState, error) {
	st := listState{projects: f.projects, estimates: f.estimates, present: map[ProjectID]bool{}, left: map[ProjectID]civil.Date{}, themes: map[string]int64{}, joins: in.Joins, described: map[ProjectID]civil.Date{}}
	var err error
	if st.aliases, err = findAliases(ctx, tx, f.roadmap); err != nil {
		return st, err
	}
	themes, err := findStrands(ctx, tx, themeTable, f.roadmap)
	if err != nil {
		return st, err
	}
	for _, t := range themes {
		st.themes[grid.Fold(t.Code)] = t.ID
	}
	for _, t := range themes {
		st.themes[grid.Fold(t.Name)] = t.ID
	}
	for _, d := range f.driftProjects() {
		st.present[ProjectID(d.ID)] = drift.Assess(d, in.AsOf).Present
	}
	for id, exits := range f.exits {
		for _, e := range exits {
			if e.Source == SourcePerson && !e.Left.After(in.AsOf) && (e.Returned.IsZero() || e.Returned.After(in.AsOf)) {
				st.left[id] = e.Left
			}
		}
	}
	lists, members, err := findLists(ctx, tx, f.roadmap)
	for _, l := range lists { // oldest first
		for _, id := range members[l.ID] {
			st.described[id] = l.AsOf
		}
	}
	return st, err
}

// bookList writes the plan.
func (s *Service) bookList(ctx context.Context, tx database.Conn, actor identity.Actor, in ImportInput, list projectfile.List, r Roadmap, f *facts, plan *listPlan, rep *ImportReport) error {
	themes, err := s.bookThemes(ctx, tx, r, plan)
	if err != nil {
		return err
	}
	if err := s.bookProjects(ctx, tx, r, plan, themes); err != nil {
		return err
	}
	for _, ref := range plan.members {
		if ref.planned == nil && plan.changed[ref] {
			rep.Updated++
		}
	}
	rep.Unchanged = rep.Projects - rep.Created - rep.Updated
	same, err := s.bookMembers(ctx, tx, in, list, r, plan, rep)
	if err != nil {
		return err
	}
	if same && len(plan.changed) == 0 && len(plan.create) == 0 && len(plan.joined) == 0 {
		return nil // the same list again: not even an audit entry
	}
	if err := fixWeights(ctx, tx, r); err != nil {
		return err
	}
	if err := bumpFacts(ctx, tx, r); err != nil {
		return err
	}
	return audit.Record(ctx, tx, r.OrganisationID, actor.Name, "project_list.import", "roadmap", int64(r.ID), struct {
		File, SHA256, Profile                              string
		AsOf                                               civil.Date
		Rows, Rejected, Created, Updated, Exits, Estimates int
	}{rep.File, rep.SHA256, rep.Profile, rep.AsOf, rep.Rows, rep.Rejected, rep.Created, rep.Updated, rep.Exits, rep.Estimates}, s.now())
}

// bookThemes makes the themes that the list names and the roadmap lacks, after those it has.
func (s *Service) bookThemes(ctx context.Context, tx database.Conn, r Roadmap, plan *listPlan) (map[string]int64, error) {
	held, err := findStrands(ctx, tx, themeTable, r)
	if err != nil {
		return nil, err
	}
	codes, position := map[string]bool{}, 0
	out := map[string]int64{}
	for _, t := range held {
		codes[t.Code] = true
		position = max(position, t.Position)
		out[grid.Fold(t.Code)] = t.ID
	}
	for _, t := range held {
		out[grid.Fold(t.Name)] = t.ID
	}
	m := &matcher{codes: codes}
	fresh := make([]Theme, len(plan.themes))
	for i, name := range plan.themes {
		position++
		fresh[i] = Theme{Code: m.freeCode(codeFrom(name)), Name: clipName(name), Position: position}
		codes[fresh[i].Code] = true
	}
	if err := insertStrands(ctx, tx, themeTable, r, fresh); err != nil {
		return nil, err
	}
	for i, t := range fresh {
		out[grid.Fold(plan.themes[i])] = t.ID
	}
	return out, nil
}

func (s *Service) bookProjects(ctx context.Context, tx database.Conn, r Roadmap, plan *listPlan, themes map[string]int64) error {
	fresh := make([]*Project, len(plan.create))
	for i, n := range plan.create {
		n.ThemeID = themes[grid.Fold(n.theme)]
		if err := n.Project.Validate(); err != nil {
			return err
		}
		fresh[i] = &n.Project
	}
	if err := insertProjects(ctx, tx, r, fresh, s.now()); err != nil {
		return err
	}
	for _, n := range plan.create {
		n.ref.id = n.Project.ID
	}
	for _, q := range plan.update {
		if name, ok := plan.newTheme[q.ID]; ok {
			q.ThemeID = themes[grid.Fold(name)]
		}
		if err := updateProject(ctx, tx, q); err != nil {
			return err
		}
	}
	return insertAliases(ctx, tx, r, plan.aliases, plan.joined)
}

// bookMembers books the list itself, its estimates and the exits that follow from all full lists.
// It tells whether this very list was in the books already.
func (s *Service) bookMembers(ctx context.Context, tx database.Conn, in ImportInput, list projectfile.List, r Roadmap, plan *listPlan, rep *ImportReport) (same bool, err error) {
	ids := make([]ProjectID, len(plan.members))
	for i, ref := range plan.members {
		ids[i] = ref.id
	}
	slices.Sort(ids)
	lists, members, err := findLists(ctx, tx, r)
	if err != nil {
		return false, err
	}
	var listID int64
	for _, l := range lists { // the last list of a day is the one that holds
		if l.AsOf == in.AsOf && l.Series == list.Series {
			listID, same = l.ID, l.Uncertain == list.Unattributed && slices.Equal(members[l.ID], ids)
		}
	}
	if !same || len(plan.estimates) > 0 {
		row := listRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, AsOf: in.AsOf, Series: list.Series, Uncertain: list.Unattributed, Profile: list.Profile, ProfileVersion: list.ProfileVersion,
			File: rep.File, SHA256: rep.SHA256, RecordedAt: database.Instant(s.now())}
		if err := database.BulkIDs(ctx, tx, []*listRow{&row}); err != nil {
			return false, err
		}
		listID = row.ID
		rows := make([]memberRow, len(ids))
		for i, id := range ids {
			rows[i] = memberRow{OrganisationID: r.OrganisationID, ListID: row.ID, ProjectID: id}
		}
		if err := database.Bulk(ctx, tx, rows); err != nil {
			return false, err
		}
		lists, members[row.ID] = append(lists, row), ids
	}
	estimates := make([]Estimate, len(plan.estimates))
	for i, e := range plan.estimates {
		estimates[i] = e.Estimate
		estimates[i].ProjectID, estimates[i].ListID = e.ref.id, listID
	}
	if err := insertEstimates(ctx, tx, r.OrganisationID, estimates, s.now()); err != nil {
		return false, err
	}
	if same || list.Series {
		return same, nil
	}
	rep.Exits, err = bookExits(ctx, tx, r, lists, members, s.now())
	return false, err
}

func notFoundCode(code string) error { return fault.NotFound("project", code) }

func aliasTaken(name, code string) error { return fault.Conflict("alias.taken", name, code) }
