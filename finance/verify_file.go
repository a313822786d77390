package finance

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/money"
)

// fileChecks are what the files that are kept show when they are read again with the profile that they were booked by.
type fileChecks struct {
	bytes    Check // their bytes are those that came
	outcomes Check // i2: every line has one outcome, and the report counts them
	entries  Check // i3: the sums of the report are those of the lines, and each line that was booked has its entry
	snapshot Check // i7: the books hold what the last snapshot of a feed holds
}

// holdFiles reads every file again, line by line: what is held of it in memory is a few bytes a line.
func holdFiles(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	c := fileChecks{bytes: Check{Code: "files"}, outcomes: Check{Code: "i2"}, entries: Check{Code: "i3"}, snapshot: Check{Code: "i7"}}
	rows, err := findBookedFiles(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	feeds := map[int64][]uint64{}
	for _, r := range rows {
		if _, ok := feeds[r.FeedID]; !ok && r.Purpose == ledgerfile.PurposeLedger {
			if feeds[r.FeedID], err = findLineMarks(ctx, db, feedLines{organisation: r.OrganisationID, feed: r.FeedID}); err != nil {
				return nil, err
			}
		}
		if err := c.hold(ctx, db, b, r, feeds[r.FeedID]); err != nil {
			return nil, err
		}
	}
	return []Check{c.bytes, c.outcomes, c.entries, c.snapshot}, nil
}

// hold reads one file again. known are the marks of all lines that its feed ever booked.
func (c *fileChecks) hold(ctx context.Context, db database.Conn, b *books, row fileRow, known []uint64) error {
	name := fmt.Sprintf("file:%d", row.ID)
	c.bytes.Checked++
	f, err := row.file()
	if err != nil {
		return err
	}
	source, err := openChunks(ctx, db, f)
	if err == nil {
		err = sameBytes(source, f.KeptSHA256)
	}
	if err == nil && f.Profile.Format != ledgerfile.FormatPES && f.SHA256 != f.KeptSHA256 {
		err = errOtherBytes // bank data alone is struck out, and only files of Hélios have it
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // a part is missing, or does not unpack: nothing else of it can be told
		c.bytes.breaks(name)
		return nil
	}
	outcomes, err := findOutcomes(ctx, db, row.OrganisationID, row.ID)
	if err != nil {
		return err
	}
	options := ledgerfile.Options{Currency: b.Currency, Basis: b.AmountBasis, Coverage: f.Coverage}
	if f.Coverage != nil && f.Coverage.To.IsZero() {
		options.Coverage = nil // of a file without any day
	}
	if row.Purpose == ledgerfile.PurposeBudget {
		c.holdBudget(source, f, options, outcomes)
		return ctx.Err()
	}
	again := fileAgain{outcomes: outcomes, known: known, news: map[int]bool{}}
	summary, err := ledgerfile.Read(source, f.Profile, options, again.line)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.outcomes.Checked += int64(len(again.read))
	if err != nil || again.unsound || len(again.read) != len(outcomes) || !again.counted(f.Report.ImportReport) {
		c.outcomes.breaks(name)
	}
	if row.Purpose != ledgerfile.PurposeLedger {
		return nil
	}
	c.entries.Checked += again.booked.lines
	stands, err := findFileMark(ctx, db, row, again.news)
	if err != nil {
		return err
	}
	if stands != again.booked || again.strange || !summed(f.Report.ImportReport, summary) {
		c.entries.breaks(name)
	}
	return c.holdSnapshot(ctx, db, b, row, f, again.marks)
}

// holdBudget reads a voted budget again.
func (c *fileChecks) holdBudget(source ledgerfile.Source, f File, o ledgerfile.Options, outcomes []byte) {
	again, err := readBudgetFile(source, f.Profile, o, func(int) {})
	c.outcomes.Checked += int64(len(again.outcomes))
	if err != nil || !slices.Equal(again.outcomes, outcomes) || f.Report.Lines != len(outcomes) || f.Report.New != len(outcomes) {
		c.outcomes.breaks(fmt.Sprintf("file:%d", f.ID))
	}
}

// errOtherBytes is of a file that does not have the bytes that it came with.
var errOtherBytes = errors.New("other bytes than came")

// sameBytes holds what is kept of a file against the fingerprint of what came.
func sameBytes(source ledgerfile.Source, sha string) error {
	r, err := source.Open()
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	if err == nil && hex.EncodeToString(hash.Sum(nil)) != sha {
		err = errOtherBytes
	}
	return err
}

// fileAgain is what reading a file again finds.
type fileAgain struct {
	outcomes []byte
	known    []uint64
	read     []byte // outcomes as far as the lines alone tell
	lines    [256]int
	booked   lineSum      // of the lines that made an entry
	marks    []uint64     // of every line that can be booked
	news     map[int]bool // lines that tell of entries of other files
	unsound  bool         // a line has an outcome that it cannot have
	strange  bool         // a line is said to be in the books and is not
}

// lineSum is a sum over lines or entries that does not depend on their order: two are equal when they hold the same ones.
type lineSum struct {
	lines  int64
	amount money.Amount
	hash   [2]uint64
}

func (s *lineSum) add(line int, key, content []byte, amount money.Amount) {
	var buf [16 + 64]byte
	binary.BigEndian.PutUint64(buf[:], uint64(line))
	binary.BigEndian.PutUint64(buf[8:], uint64(amount))
	sum := sha256.Sum256(append(append(buf[:16], key...), content...))
	s.lines++
	s.amount += amount
	s.hash[0] += binary.BigEndian.Uint64(sum[:])
	s.hash[1] += binary.BigEndian.Uint64(sum[8:])
}

// lineMark is what stands for the key and the content of a line.
func lineMark(key, content []byte) uint64 {
	var buf [64]byte
	sum := sha256.Sum256(append(append(buf[:0], key...), content...))
	return binary.BigEndian.Uint64(sum[:])
}

// line takes the next line of the file.
func (a *fileAgain) line(l *ledgerfile.Line) error {
	i := len(a.read)
	told := outcomeOf(l.Kind)
	a.read = append(a.read, byte(told))
	if i >= len(a.outcomes) {
		return nil
	}
	stated := reconcile.Outcome(a.outcomes[i])
	a.lines[stated]++
	came := stated == reconcile.New || stated == reconcile.Supersedes
	if came || stated == reconcile.Unchanged {
		a.unsound = a.unsound || told != reconcile.New
	} else {
		a.unsound = a.unsound || told != stated
	}
	if l.Kind == ledgerfile.KindStatus {
		a.news[l.No] = true
	}
	if told != reconcile.New {
		return nil
	}
	mark := lineMark(l.Key[:], l.Content[:])
	a.marks = append(a.marks, mark)
	if came {
		a.booked.add(l.No, l.Key[:], l.Content[:], l.Amount)
	}
	if _, found := slices.BinarySearch(a.known, mark); !found {
		a.strange = true
	}
	return nil
}

// counted tells whether a report counts the lines as their outcomes do.
func (a *fileAgain) counted(r ImportReport) bool {
	return r.Lines == len(a.read) && r.New == a.lines[reconcile.New] && r.Unchanged == a.lines[reconcile.Unchanged] && r.Superseded == a.lines[reconcile.Supersedes] &&
		r.Rejected == a.lines[reconcile.Rejected] && r.OutOfScope == a.lines[reconcile.OutOfScope] && r.Other == a.lines[reconcile.Other]
}

// summed tells whether the sums of a report are those of the lines.
func summed(r ImportReport, s ledgerfile.Summary) bool {
	return r.Sum == s.Sum && r.SumRejected == s.SumRejected && r.SumOutOfScope == s.SumOutOfScope && r.SumBooked == s.Sum-s.SumRejected
}

// holdSnapshot holds the last file of a feed, when it tells all there is in its coverage, against the live entries: there are none in its
// coverage that it does not hold, and each of its lines is there, as often as it stands in the file. So it does not matter which files came before.
func (c *fileChecks) holdSnapshot(ctx context.Context, db database.Conn, b *books, row fileRow, f File, marks []uint64) error {
	if f.Coverage == nil || f.Coverage.Kind != ledgerfile.CoverageSnapshot {
		return nil
	}
	last, err := isLastOfFeed(ctx, db, row)
	if err != nil || !last {
		return err
	}
	slices.Sort(marks)
	lines := feedLines{organisation: row.OrganisationID, feed: row.FeedID, live: true}
	all, err := findLineMarks(ctx, db, lines)
	if err != nil {
		return err
	}
	lines.within, lines.years = *f.Coverage, []int64{}
	for _, y := range b.Years { // a line of another year that is dated in the coverage is not what the file speaks for
		if touches(y, *f.Coverage) {
			lines.years = append(lines.years, y.ID)
		}
	}
	within, err := findLineMarks(ctx, db, lines)
	if err != nil {
		return err
	}
	c.snapshot.Checked += int64(len(marks))
	if !holdsAll(marks, within) || !holdsAll(all, marks) {
		c.snapshot.breaks(fmt.Sprintf("file:%d", row.ID))
	}
	return nil
}

// holdsAll tells whether a list in ascending order holds every member of another one, as often as it stands there.
func holdsAll(list, members []uint64) bool {
	for _, m := range members {
		for len(list) > 0 && list[0] < m {
			list = list[1:]
		}
		if len(list) == 0 || list[0] != m {
			return false
		}
		list = list[1:]
	}
	return true
}
