package finance

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
)

// The findings on news of the accountant (PES retour).
const (
	findingNewsUnknown  = "news.unknown"  // [key] the books hold no entry of the line that the news is about
	findingNewsRejected = "news.rejected" // [key, reason] rejected after it was charged: the entry was taken back
)

// news is what the accountant tells of a line that an earlier file brought.
type news struct {
	key     ledgerfile.Hash
	text    string // the key for people
	line    int
	status  string
	annuls  bool // rejected after it was charged: the number does not come back
	on      civil.Date
	paidOn  civil.Date
	reason  string
	content ledgerfile.Hash
}

// statusRank orders what may become of a line on one day.
var statusRank = map[string]int{ledgerfile.StatusEmitted: 1, ledgerfile.StatusSuspended: 2, ledgerfile.StatusCharged: 3, ledgerfile.StatusPaid: 4, ledgerfile.StatusRejected: 5}

// later tells whether news is more recent than other news of the same line, wherever both stand in the file.
func (n *news) later(o *news) bool {
	last := func(n *news) civil.Date {
		if n.paidOn.After(n.on) {
			return n.paidOn
		}
		return n.on
	}
	return cmp.Or(last(n).Compare(last(o)), cmp.Compare(statusRank[n.status], statusRank[o.status]), slices.Compare(n.content[:], o.content[:])) > 0
}

// readNews collects the news of a file, by the key of the line that it is about.
func (l *ledgerRun) readNews() (map[ledgerfile.Hash]*news, error) {
	out := make(map[ledgerfile.Hash]*news, l.read.news)
	digest := newLineDigest()
	_, err := ledgerfile.Read(l.src, l.profile, l.options(), func(line *ledgerfile.Line) error {
		digest.add(line)
		if line.Kind != ledgerfile.KindStatus || line.Status == "" {
			return nil
		}
		n := &news{key: line.Key, text: line.KeyText, line: line.No, status: line.Status, annuls: line.Status == ledgerfile.StatusRejected && !line.Reemit, on: line.Date,
			paidOn: line.PayDate, reason: line.Reason, content: line.Content}
		if other := out[n.key]; other == nil || n.later(other) {
			out[n.key] = n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, l.read.same(digest.hash.Sum(nil))
}

// news books the news of a file. What was rejected before it was charged only changes its status: the same number may come back with other contents, and then restates the
// entry. What was rejected after that is taken back. An entry of nothing stays in its place, so that the file that brought the line, read once more, finds it as it left it.
func (l *ledgerRun) news(ctx context.Context) error {
	if l.read.news == 0 {
		return nil
	}
	told, err := l.readNews()
	if err != nil {
		return err
	}
	keys := make(map[ledgerfile.Hash]PostingID, len(told))
	for key := range told {
		keys[key] = 0
	}
	if l.feed.ID != 0 {
		if err := findByKey(ctx, l.k.tx, liveFilter{organisation: l.k.Organisation.ID, feed: l.feed.ID}, keys); err != nil {
			return err
		}
	}
	about := map[PostingID]*news{}
	for key, n := range told {
		if id := keys[key]; id != 0 {
			about[id] = n
		}
	}
	for _, n := range slices.SortedFunc(maps.Values(told), func(a, b *news) int { return a.line - b.line }) {
		if keys[n.key] == 0 {
			l.found(n.line, findingNewsUnknown, n.text)
		}
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(about)), reversedAtOnce) {
		if err := l.tellSome(ctx, part, about); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledgerRun) tellSome(ctx context.Context, ids []PostingID, about map[PostingID]*news) error {
	entries, err := findPostings(ctx, l.k.tx, postingFilter{organisation: l.k.Organisation.ID, ids: ids, liveOnly: true})
	if err != nil {
		return err
	}
	var marks []statusMark
	var annulled []Posting
	for _, p := range entries {
		n := about[p.ID]
		nothing := p.Status == ledgerfile.StatusRejected && p.Amount == 0
		switch {
		case n.annuls && !nothing:
			annulled = append(annulled, p)
		case p.Status != n.status || p.PaidOn != n.paidOn:
			marks = append(marks, statusMark{p.ID, n.status, n.paidOn})
		}
	}
	if !l.dry {
		if err := setStatuses(ctx, l.k.tx, l.k.Organisation.ID, marks); err != nil {
			return err
		}
	}
	return l.annul(ctx, annulled, about)
}

// annul takes back what was rejected after it was charged, and leaves an entry of nothing in its place.
func (l *ledgerRun) annul(ctx context.Context, entries []Posting, about map[PostingID]*news) error {
	if len(entries) == 0 {
		return nil
	}
	tx, org := l.k.tx, l.k.Organisation.ID
	ids := make([]PostingID, len(entries))
	for i, p := range entries {
		ids[i] = p.ID
	}
	held, err := findAllocations(ctx, tx, org, ids)
	if err != nil {
		return err
	}
	if !l.dry {
		if err := unlive(ctx, tx, org, ids); err != nil {
			return err
		}
		if err := dequeue(ctx, tx, org, ids); err != nil {
			return err
		}
	}
	for i := range entries {
		p, n := &entries[i], about[entries[i].ID]
		l.found(n.line, findingNewsRejected, n.text, n.reason)
		if err := l.takeBackOne(ctx, p, held[p.ID], reversal{entry: p.ID, number: l.row.LastPosting + 1, line: n.line, cause: CauseReverse}); err != nil {
			return err
		}
		if err := l.nothing(ctx, p, n, l.row.LastPosting+2); err != nil {
			return err
		}
		l.row.LastPosting += 2
	}
	return nil
}

// nothing books the entry of nothing that stands for a line that was rejected for good.
func (l *ledgerRun) nothing(ctx context.Context, p *Posting, n *news, number PostingID) error {
	at, err := l.k.Booked(p.At())
	if err != nil {
		return err
	}
	stands := *p
	stands.ID, stands.Cause, stands.FileID, stands.Line, stands.RawOffset, stands.RawSize = number, CauseRestate, int64(l.row.ID), n.line, -1, 0
	stands.Amount, stands.AmountHT, stands.AmountVAT = 0, nil, nil
	stands.Status, stands.PaidOn, stands.BookedYearID, stands.BookedPeriod = n.status, n.paidOn, at.Year, at.Period
	l.effects.entry(&stands, nil)
	l.links.count(&stands)
	return l.k.post(ctx, &stands, nil, "")
}

// reemitted marks what was rejected before it was charged and now stands in another bordereau, with the same contents, as emitted again.
func (l *ledgerRun) reemitted(ctx context.Context) error {
	if l.dry || l.profile.Format != ledgerfile.FormatPES || l.report.Unchanged == 0 {
		return nil
	}
	rejected, err := findRejected(ctx, l.k.tx, l.k.Organisation.ID, l.feed.ID)
	if err != nil || len(rejected) == 0 {
		return err
	}
	var marks []statusMark
	next := 0
	_, err = ledgerfile.Read(l.src, l.profile, l.options(), func(line *ledgerfile.Line) error {
		if !bookable(line.Kind) || next == len(l.pairs) {
			return nil
		}
		pair := l.pairs[next]
		next++
		if bordereau, was := rejected[PostingID(pair.Live)]; was && pair.Outcome == reconcile.Unchanged && bordereau != line.Bordereau {
			marks = append(marks, statusMark{PostingID(pair.Live), line.Status, line.PayDate})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return setStatuses(ctx, l.k.tx, l.k.Organisation.ID, marks)
}
