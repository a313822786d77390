package finance

import (
	"context"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// ledgerKeeper books files of postings.
type ledgerKeeper struct{}

// numbers of postings that a file may need: two for every line that restates an entry or says that it was rejected, one for every entry that is withdrawn.
func (ledgerKeeper) numbers(ctx context.Context, db database.Conn, r *importRun) (int, error) {
	n := 2 * (len(r.read.prints) + r.read.news)
	if c := r.read.summary.Coverage; c.Kind == ledgerfile.CoverageSnapshot && r.feed.ID != 0 {
		live, err := countLive(ctx, db, r.feed.OrganisationID, r.feed.ID, c)
		if err != nil {
			return 0, err
		}
		n += live
	}
	return n, nil
}

func (ledgerKeeper) book(ctx context.Context, r *importRun, k *booking) error {
	l := &ledgerRun{importRun: r, k: k}
	if err := l.compare(ctx); err != nil {
		return err
	}
	if l.changes() {
		if err := l.change(ctx); err != nil {
			return err
		}
	}
	if err := l.reemitted(ctx); err != nil {
		return err
	}
	l.effects.fill(&r.report.Preview, k.Years, l.projects)
	return nil
}

// change books what the comparison found.
func (l *ledgerRun) change(ctx context.Context) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	if err := l.takeBack(ctx); err != nil {
		return err
	}
	if err := l.follow(ctx); err != nil {
		return err
	}
	if err := l.lines(ctx); err != nil {
		return err
	}
	if err := l.news(ctx); err != nil {
		return err
	}
	return l.links.apply(ctx, l.k)
}

// ledgerRun is the booking of a file of postings.
type ledgerRun struct {
	*importRun
	k        *booking
	years    *yearBook
	pairs    []reconcile.Pair
	back     []reversal
	gone     []int64 // live entries that a snapshot withdraws
	filter   liveFilter
	matcher  *reconcile.Matcher
	projects []Project
	accounts Accounts
	links    *commitmentLinks
	effects  *effects
	origins  *origins
	adopted  map[PostingID]PostingID // correction in the books → the entry of the file that it corrects
	kept     map[PostingID]keptSplit
	posting  Posting // room for the line that is being booked
	parts    []Allocation
	facts    reconcile.Facts
	ht, vat  money.Amount
}

// compare holds the file against the live entries of its feed, and refuses to take away too much of them without being told to.
func (l *ledgerRun) compare(ctx context.Context) error {
	l.step(stepComparing, 0, len(l.read.outcomes))
	l.effects = newEffects()
	var err error
	if l.years, err = l.importRun.years(ctx, l.k); err != nil {
		return err
	}
	l.filter = liveFilter{organisation: l.k.Organisation.ID, feed: l.feed.ID, years: l.years.concerned(l.importRun, l.k.Years), coverage: l.years.coverage}
	live, err := findLive(ctx, l.k.tx, l.filter)
	if err != nil {
		return err
	}
	if err := l.bounded(ctx); err != nil {
		return err
	}
	plan := reconcile.Diff(l.read.prints, live, reconcile.CoverageKind(l.years.coverage.Kind))
	l.pairs, l.gone = plan.Pairs, plan.Withdrawn
	if l.origins, err = l.findOrigins(ctx, live); err != nil {
		return err
	}
	if err := l.adopt(ctx); err != nil {
		return err
	}
	limit := reconcile.Threshold{Share: l.k.WithdrawalShare, Lines: int(l.k.WithdrawalLines)}
	if err := l.withdraws(plan.Withdrawals(live), limit, l.k.Currency); err != nil {
		return err
	}
	l.repeated(plan)
	l.back = l.reversals()
	for i, pair := range plan.Pairs {
		l.effects.outcome(pair.Outcome, l.read.prints[i].Amount)
	}
	l.effects.others(l.read.summary)
	l.read.prints = nil // what they are compared by is not needed any more
	l.read.settle(plan.Pairs)
	l.read.count(&l.report.ImportReport)
	l.report.Withdrawn = len(plan.Withdrawn)
	if needed := l.report.New + 2*(l.report.Superseded+l.read.news) + l.report.Withdrawn; needed > l.numbers && !l.dry {
		return errOvertaken
	}
	return nil
}

// maxGross is how much the lines of a file may come to without their signs, and the books of an organisation: far beyond any budget, and far enough from the
// end of 64 bits that no sum of a part of it gets there.
const (
	maxGross = 100_000_000_000_000_000
	maxBooks = 40 * maxGross
)

// bounded refuses amounts of which a sum might not fit.
func (l *ledgerRun) bounded(ctx context.Context) error {
	gross, sum := money.Amount(0), money.Amount(0)
	for i := range l.read.prints {
		a := l.read.prints[i].Amount
		if gross += a.Abs(); a.Abs() > maxGross || gross > maxGross {
			return fault.Invalid("ledger.overflow")
		}
		sum += a
	}
	total, _, _, err := findScopeSums(ctx, l.k.tx, l.k.Organisation.ID)
	if err == nil && (total+sum).Abs() > maxBooks {
		err = fault.Invalid("ledger.overflow")
	}
	return err
}

// changes tells whether there is anything to book.
func (l *ledgerRun) changes() bool {
	return l.report.New+l.report.Superseded+l.report.Withdrawn+l.read.news > 0
}

// ready loads what lines are matched with.
func (l *ledgerRun) ready(ctx context.Context) (err error) {
	org := l.k.Organisation.ID
	if err := l.knowProjects(ctx); err != nil {
		return err
	}
	if l.accounts, err = findAccounts(ctx, l.k.tx, org); err != nil {
		return err
	}
	if l.links, err = findLinks(ctx, l.k.tx, org); err != nil {
		return err
	}
	l.kept = map[PostingID]keptSplit{}
	l.row.FirstPosting = l.reserved
	l.row.LastPosting = l.reserved + PostingID(l.report.New+2*l.report.Superseded+l.report.Withdrawn) - 1
	return nil
}

// knowProjects makes the rules ready, with a finance code for every project. A preview only imagines those that are still to be given.
func (l *ledgerRun) knowProjects(ctx context.Context) (err error) {
	if !l.dry {
		if l.projects, err = l.k.codedProjects(ctx, l.k.tx, l.now()); err != nil {
			return err
		}
		l.matcher, err = matcherFor(ctx, l.k.tx, l.k.books)
		return err
	}
	if l.projects, err = findProjects(ctx, l.k.tx, l.k.Organisation.ID); err != nil {
		return err
	}
	assignCodes(l.projects, l.k.today)
	rules, err := findActiveRules(ctx, l.k.tx, l.k.Organisation.ID)
	if err != nil {
		return err
	}
	dir, err := findDirectory(ctx, l.k.tx, l.k.Organisation.ID)
	if err != nil {
		return err
	}
	for _, p := range l.projects {
		dir.Codes[p.FinanceCode] = int64(p.ID)
	}
	l.matcher, err = reconcile.Compile(rules, dir)
	return err
}

// lines goes through the file once more and books what is new in it. Lines that correct others come last, whatever their place in the file: what
// they correct must be allocated first.
func (l *ledgerRun) lines(ctx context.Context) error {
	digest := newLineDigest()
	at, next, number := 0, 0, l.reserved
	_, err := ledgerfile.Read(l.src, l.profile, l.options(), func(line *ledgerfile.Line) error {
		digest.add(line)
		at++
		if at%progressLines == 0 {
			l.step(stepBooking, at, len(l.read.outcomes))
		}
		if !bookable(line.Kind) {
			return nil
		}
		if next == len(l.pairs) {
			return l.read.same(nil)
		}
		pair := l.pairs[next]
		next++
		switch pair.Outcome {
		case reconcile.Supersedes:
			number++ // of the reversal, which is booked already
		case reconcile.New:
		default:
			return nil
		}
		err := l.line(ctx, line, pair, number)
		number++
		return err
	})
	if err != nil {
		return err
	}
	if err := l.read.same(digest.hash.Sum(nil)); err != nil {
		return err
	}
	return l.corrections(ctx)
}

func (r *importRun) options() ledgerfile.Options {
	return ledgerfile.Options{Currency: r.report.Currency, Basis: r.settings.AmountBasis, SIRET: r.settings.SIRET, Coverage: r.declared, Known: r.known}
}

// line books one line, or keeps it for later when it corrects another one.
func (l *ledgerRun) line(ctx context.Context, line *ledgerfile.Line, pair reconcile.Pair, number PostingID) error {
	p := &l.posting
	if err := l.fill(p, line, pair, number); err != nil {
		return err
	}
	if line.Origin == (ledgerfile.Hash{}) {
		return l.post(ctx, p, pair, nil)
	}
	p.OriginKey = line.Origin[:]
	if p.Origin = l.origins.of(line.Origin); p.Origin == 0 || p.Origin == p.ID {
		p.Origin = 0
		l.found(line.No, findingOrigin, line.OriginText)
		return l.post(ctx, p, pair, nil)
	}
	return l.wait(ctx, p, pair)
}

// fill makes the entry of a line.
func (l *ledgerRun) fill(p *Posting, line *ledgerfile.Line, pair reconcile.Pair, number PostingID) error {
	account := l.accounts.Of(line.Nature)
	*p = Posting{OrganisationID: l.k.Organisation.ID, ID: number, FeedID: l.feed.ID, FileID: int64(l.row.ID), Line: line.No, RawOffset: line.Offset, RawSize: line.Size, Cause: CauseNew, Live: true,
		Key: line.Key[:], Content: line.Content[:], KeyUnique: line.Unique, KeyText: line.KeyText, Flow: line.Flow, Stage: line.Stage, CostSign: costSign(line, account),
		DocOn: line.Date, PaidOn: line.PayDate, DocType: line.DocType, DocNo: line.DocNo, DocLine: line.LineNo, Bordereau: line.Bordereau, Budget: line.Budget, Manager: line.Manager,
		Section: line.Section, Chapter: line.Chapter, Nature: line.Nature, Category: string(account.Category), Function: line.Function, Operation: line.Operation, Analytic: line.Analytic,
		Contract: line.Contract, Commitment: line.Commitment, CommitmentItem: line.CommitmentItem, Inventory: line.Inventory, Invoice: line.Invoice, Supplier: line.SupplierID,
		SupplierName: line.SupplierName, Label: line.Label, Amount: line.Amount, Accrual: line.Accrual, OrderOp: line.OrderOp, Status: line.Status}
	if pair.Outcome == reconcile.Supersedes {
		p.Cause = CauseRestate
	}
	if p.Section == "" {
		p.Section = account.Section
	}
	if p.Stage == "" {
		p.Stage = ledgerfile.StageMandated
	}
	if line.HasHT {
		l.ht, p.AmountHT = line.HT, &l.ht
	}
	if line.HasVAT {
		l.vat, p.AmountVAT = line.VAT, &l.vat
	}
	p.CommitmentID = l.links.of(p)
	l.doubtDay(line)
	return l.years.place(l.k, line, p)
}

// costSign says how a line counts in the cost of a project: an expenditure does, a revenue that annuls one takes it back, other revenue is funding. An
// expenditure that annuls a revenue of an earlier year is no cost either.
func costSign(line *ledgerfile.Line, a Account) int64 {
	correction := line.Correction || a.Category == CategoryCorrection
	switch {
	case line.Flow == ledgerfile.FlowRevenue && correction:
		return -1
	case line.Flow == ledgerfile.FlowRevenue || correction:
		return 0
	}
	return 1
}

// post books an entry to where persons had allocated what it restates, else to where the rules say.
func (l *ledgerRun) post(ctx context.Context, p *Posting, pair reconcile.Pair, origin []reconcile.Share) error {
	l.parts = l.parts[:0]
	if before, ok := l.kept[PostingID(pair.Live)]; ok && pair.Outcome == reconcile.Supersedes {
		for _, s := range reconcile.Inherit(p.Amount, before.shares) {
			like := Allocation{Method: MethodInherited}
			if s.Project == reconcile.Excluded {
				like.Reason = before.reason
			}
			l.part(s, like)
		}
	} else if err := l.match(p, origin); err != nil {
		return err
	}
	l.effects.entry(p, l.parts)
	l.links.count(p)
	l.origins.booked(p, l.parts)
	return l.k.post(ctx, p, l.parts, "")
}

// match allocates an entry as the rules say, if they may.
func (l *ledgerRun) match(p *Posting, origin []reconcile.Share) error {
	factsInto(&l.facts, p)
	v := l.matcher.Match(&l.facts, origin)
	if v.Kind != reconcile.Books {
		return nil
	}
	like := Allocation{Method: MethodRule, RuleID: v.Rule.ID, RuleVersion: int64(v.Rule.Version), Reason: v.Reason}
	if v.Rule.Rank == reconcile.RankOrigin {
		like.Method = MethodInherited
	}
	if v.Exclude {
		l.part(reconcile.Share{Project: reconcile.Excluded, Amount: p.Amount}, like)
		return nil
	}
	shares, err := reconcile.Split(p.Amount, v.Parts, p.YearID)
	if err != nil {
		return err
	}
	for _, s := range shares {
		l.part(s, like)
	}
	return nil
}

// part adds an allocation. Nothing is booked of what stays in the queue, or of projects that get nothing.
func (l *ledgerRun) part(s reconcile.Share, like Allocation) {
	if s.Project == reconcile.Unallocated || s.Amount == 0 {
		return
	}
	like.ProjectID, like.Amount = projectOf(s.Project), s.Amount
	l.parts = append(l.parts, like)
}
