package views

import (
	"time"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// queueSample is what the pages about reconciliation are made of.
type queueSample struct {
	Organisation identity.Organisation
	Queue        finance.QueuePage
	Detail       finance.QueueDetail
	Bulk         finance.BulkPreview
	Batch        finance.BatchDetail
	Rules        []finance.Rule
	Trial        finance.RuleTrial
	Rerun        finance.RerunPreview
	Commitments  finance.CommitmentPage
	Commitment   finance.CommitmentDetail
	Projects     []finance.Project
}

func newQueueSample(n int) *queueSample {
	s := &queueSample{Organisation: identity.Organisation{ID: 1, Code: "lille", Name: "Ville de Lille", Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}}
	project := finance.Project{Member: portfolio.Member{ID: 1, OrganisationID: 1, RoadmapID: 1, Code: "GU-1", Name: "Guichet unique"}, FinanceCode: "GU1"}
	shares := []finance.SuggestedShare{{Project: project, Amount: 100_00}, {Amount: 20_00}}
	posting := finance.Posting{OrganisationID: 1, ID: 3, Live: true, Flow: ledgerfile.FlowExpenditure, YearID: 1, Period: 3, DocOn: civil.D(2026, 3, 2), DocNo: "102", Label: "Maintenance", SupplierName: "Atelier", Amount: 120_00}
	rule := finance.RuleVersion{Rule: reconcile.Rule{ID: 1, Version: 2, Rank: reconcile.RankLabel, Name: "Maintenance", When: []reconcile.Condition{{Field: reconcile.FieldLabel, Op: reconcile.OpContains, Value: "maintenance"},
		{Field: reconcile.FieldAmount, Op: reconcile.OpBetween, Value: "100", To: ""}, {Field: reconcile.FieldDate, Op: reconcile.OpEquals, Value: "2026-03-02"}}, Then: reconcile.Action{Parts: []reconcile.Part{{Project: 1, ShareBP: 5_000}, {Project: 1, Fixed: 5, HasFixed: true, FiscalYear: 1}}}}, AuthorName: "Claire", RecordedAt: at}
	alias := finance.CommitmentAlias{OrganisationID: 1, Old: "E-1", New: "E-2", Reason: "Bascule", RecordedAt: at, RecordedName: "Claire", Entries: 3}
	s.Detail.Posting = posting
	for i := range n {
		line := finance.QueueLine{Posting: posting, Residual: 120_00, State: finance.StateOpen, Since: civil.D(2026, 3, 2), Age: 12, Doubt: reconcile.ReasonRules, Suggestions: []finance.Suggestion{{Key: "k", Shares: shares, Rule: rule.Ref(), Name: "Maintenance",
			Agreed: []reconcile.Field{reconcile.FieldLabel}, Near: []reconcile.Near{{Field: reconcile.FieldAnalytic, Found: "GU2", Known: "GU1"}}, Score: 60}, {Exclude: true, Reason: reconcile.ReasonOrigin}}}
		line.Posting.ID = finance.PostingID(i + 1)
		held := finance.HeldAllocation{Allocation: finance.Allocation{PostingID: 3, Number: i + 1, ProjectID: 1, Amount: 10_00, Method: finance.MethodRule, RuleID: 1, RuleVersion: 2, BatchID: 1}, Project: project, Batch: finance.Batch{ID: 1, ByName: "Claire", At: at}, RuleName: "Maintenance"}
		share := finance.ShareLine{CommitmentShare: finance.CommitmentShare{ID: int64(i + 1), ProjectID: 1, ShareBP: 100, Method: finance.MethodManual, RecordedAt: at, EndedAt: at.Add(time.Hour)}, Project: project}
		c := finance.CommitmentLine{Commitment: finance.Commitment{ID: int64(i + 1), Number: "E-1", State: finance.StateOpen, Committed: 100_00, Mandated: 120_00}, Dormant: true, Shares: []finance.ShareLine{share}}
		s.Queue.Lines, s.Queue.Scope = append(s.Queue.Lines, line), append(s.Queue.Scope, finance.ScopeLine{Flow: ledgerfile.FlowExpenditure, Total: 120_00, Unallocated: 120_00})
		s.Detail.QueueLine, s.Detail.Shares, s.Detail.History, s.Detail.Corrections = line, shares, append(s.Detail.History, held), append(s.Detail.Corrections, posting)
		s.Bulk.Lines, s.Bulk.Projects = append(s.Bulk.Lines, finance.BulkLine{Posting: posting, Residual: 120_00, Shares: shares}), append(s.Bulk.Projects, finance.BulkShare{Project: project, Lines: 1, Sum: 1})
		s.Batch.Lines = append(s.Batch.Lines, finance.BatchLine{Posting: posting, Allocations: []finance.Allocation{held.Allocation}})
		s.Rules = append(s.Rules, finance.Rule{OrganisationID: 1, State: finance.RuleActive, RuleVersion: rule, Pending: &rule, Used: finance.Usage{Lines: 3, Sum: 12_00}})
		s.Trial.Examples, s.Rerun.Examples = append(s.Trial.Examples, posting), append(s.Rerun.Examples, finance.RerunLine{Posting: posting, After: shares})
		s.Rerun.Projects = append(s.Rerun.Projects, finance.RerunShare{Project: project, Sum: 5})
		s.Commitments.Lines, s.Commitment.CommitmentLine = append(s.Commitments.Lines, c), c
		s.Commitment.History, s.Commitment.Postings, s.Commitment.Aliases = append(s.Commitment.History, share), append(s.Commitment.Postings, posting), append(s.Commitment.Aliases, alias)
		s.Commitment.Events = append(s.Commitment.Events, finance.EventLine{CommitmentEvent: finance.CommitmentEvent{ID: int64(i + 1), Type: ledgerfile.EventOriginal, Amount: 100_00, Live: true, FileID: 2, Line: 3}, Year: "2026", FileName: "engagements.csv"})
		s.Projects = append(s.Projects, project)
		s.Queue.Count, s.Bulk.Count, s.Batch.Count = int64(i+1), int64(i+1), int64(i+1)
	}
	s.Queue.Next, s.Bulk.Token, s.Rerun.New, s.Rerun.Token, s.Detail.Next, s.Batch.Undoable = "12.3", "t", reconcile.Volume{Lines: n}, "t", 2, true
	s.Commitments.Next.ID, s.Batch.ID, s.Batch.Kind, s.Batch.At, s.Commitment.State = 3, 1, finance.BatchBulk, at, finance.StateOpen
	return s
}

// queuePages are the pages about reconciliation, with data of a variant.
func queuePages(variant string, base func(title, section, path string) Base) []Page {
	s := newQueueSample(map[string]int{"full": 4, "empty": 0, "huge": 60, "hostile": 3}[variant])
	if variant == "hostile" {
		organisation, detail := s.Organisation, s.Detail.State
		sample.Poison(s)
		s.Organisation, s.Detail.State = organisation, detail
	}
	frame := func(title, path string) Base {
		b := base(title, SectionFinance, BooksURL(1)+path)
		b.Viewer = &Viewer{Name: "Anne", Actor: identity.Operator("test"), CSRF: "token", Request: func() string { return "0123456789abcdef0123456789abcdef" }}
		return b
	}
	o, picker := s.Organisation, NewPicker(s.Projects)
	years := finance.Calendar{Years: []finance.FiscalYear{{ID: 1, OrganisationID: 1, Code: "2026", Year: 2026, Start: civil.D(2026, 1, 1), End: civil.D(2026, 12, 31)}}}
	line := &QueueLinePage{Base: frame("Ligne", "/queue/3"), Organisation: o, Basis: finance.BasisTTC, Calendar: years, Detail: s.Detail, Picker: picker, Message: "…"}
	line.SetForms(SplitRows)
	pages := []Page{QueuePage{Base: frame("File", "/queue"), Organisation: o, Basis: finance.BasisTTC, Calendar: years, Queue: s.Queue}, line,
		BulkQueuePage{Base: frame("En bloc", "/queue/bulk"), Organisation: o, Basis: finance.BasisTTC, What: BulkSuggested, Picker: picker, Rules: s.Rules, Preview: s.Bulk}.Page(),
		BatchPage{Base: frame("Opération", "/batches/1"), Organisation: o, Batch: s.Batch, Picker: picker}.Page(),
		AllocationsPage{Base: frame("Affectations", "/postings/3/allocations"), Organisation: o, Basis: finance.BasisTTC, Detail: s.Detail}.Page(),
		RulesPage{Base: frame("Règles", "/rules"), Organisation: o, Calendar: years, Picker: picker, Rules: s.Rules, NeverFired: s.Rules}.Page(),
		RerunPage{Base: frame("Réappliquer", "/rules/rerun"), Organisation: o, Calendar: years, Year: 1, Preview: s.Rerun}.Page(),
		CommitmentsPage{Base: frame("Engagements", "/commitments"), Organisation: o, Basis: finance.BasisTTC, Picker: picker, Commitments: s.Commitments}.Page(),
		CommitmentPage{Base: frame("Engagement", "/commitments/1"), Organisation: o, Basis: finance.BasisTTC, Commitment: s.Commitment}.Page(),
		RekeysPage{Base: frame("Numéros", "/commitments/rekeys"), Organisation: o, Aliases: s.Commitment.Aliases}.Page()}
	if len(s.Rules) == 0 {
		return pages
	}
	rule := finance.RuleDetail{Rule: s.Rules[0], Versions: []finance.RuleVersion{s.Rules[0].RuleVersion}}
	form := FormPage{Base: frame("Règle", "/rules/1/edit")}
	form.Form = form.NewForm(RuleURL(1, 1)+"/edit", "OK", RuleURL(1, 1), 1, form.RuleFields(RuleForm{Rule: finance.RuleInput{Organisation: 1, When: rule.When, Then: rule.Then}, Picker: picker, Years: years, Currency: money.EUR})...)
	return append(pages, RulePage{Base: frame("Règle", "/rules/1"), Organisation: o, Calendar: years, Picker: picker, Rule: rule}.Page(),
		TrialPage{Base: frame("Essai", "/rules/1/try"), Organisation: o, Calendar: years, Rule: rule, Year: 1, Trial: s.Trial}.Page(), form)
}
