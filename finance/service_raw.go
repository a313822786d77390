package finance

import (
	"context"
	"errors"
	"io"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

// rawShown is how many bytes of a line are shown.
const rawShown = 64 << 10

var errFound = errors.New("found")

// RawLine gives a line of a file as it stands there, by the number that findings and entries name.
func (s *Service) RawLine(ctx context.Context, actor identity.Actor, id FileID, line int) (RawLine, error) {
	row, o, err := s.fileFor(ctx, actor, identity.PermReadLedger, id)
	if err != nil {
		return RawLine{}, err
	}
	f, err := row.file()
	if err != nil {
		return RawLine{}, err
	}
	if f.State == FileDropped || f.Profile.Name == "" {
		return RawLine{}, fault.NotFound("line", line)
	}
	src, err := openChunks(ctx, s.db.Read(), f)
	if err != nil {
		return RawLine{}, err
	}
	out := RawLine{File: id, FileName: f.Name, Line: line}
	settings, err := findSettings(ctx, s.db.Read(), o.ID)
	if err != nil {
		return out, err
	}
	found, byBytes := false, false
	summary, err := ledgerfile.Read(src, f.Profile, ledgerfile.Options{Currency: o.Currency, Basis: settings.AmountBasis, Coverage: f.Coverage}, func(l *ledgerfile.Line) error {
		if l.No != line {
			return nil
		}
		found, byBytes = true, l.Offset >= 0
		out.setRaw(l.Raw)
		return errFound
	})
	if found && byBytes {
		out.decode(summary.Encoding)
	}
	if found {
		return out, nil
	}
	if err != nil && fault.As(err) == nil {
		return out, err
	}
	return out, fault.NotFound("line", line)
}

// rawPosting gives the line that an entry came in by. Where the file can be cut by bytes nothing else of it is read.
func (s *Service) rawPosting(ctx context.Context, p *Posting, f File) (RawLine, error) {
	out := RawLine{File: f.ID, FileName: f.Name, Line: p.Line}
	src, err := openChunks(ctx, s.db.Read(), f)
	if err != nil {
		return out, err
	}
	raw := make([]byte, min(p.RawSize, rawShown+1))
	if _, err := (&chunkReader{source: src, held: -1}).ReadAt(raw, p.RawOffset); err != nil && !errors.Is(err, io.EOF) {
		return out, err
	}
	out.setRaw(raw)
	out.decode(f.Report.Preview.Encoding)
	return out, nil
}

func (r *RawLine) setRaw(raw []byte) {
	if r.Cut = len(raw) > rawShown; r.Cut {
		raw = raw[:rawShown]
	}
	r.Text = string(raw)
}

// decode turns the bytes of a file that is cut by bytes into text.
func (r *RawLine) decode(encoding string) {
	text, _ := grid.Decode([]byte(r.Text), encoding, 4*rawShown)
	r.Text = string(text)
}

// Posting gives an entry of the books with all that stands behind it: the entries of its key before and after it, what it is allocated to, its file.
func (s *Service) Posting(ctx context.Context, actor identity.Actor, organisation int64, id PostingID) (PostingDetail, error) {
	var out PostingDetail
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) (err error) {
		if out.Posting, err = findPosting(ctx, tx, organisation, id); err != nil {
			return err
		}
		out.Year, _ = b.Year(out.Posting.YearID)
		out.Booked, _ = b.Year(out.Posting.BookedYearID)
		if out.History, err = findHistory(ctx, tx, organisation, &out.Posting); err != nil {
			return err
		}
		if out.File, err = findFileOf(ctx, tx, &out.Posting); err != nil {
			return err
		}
		return s.tellPosting(ctx, tx, b, &out)
	})
	return out, err
}

// tellPosting fills in what the queue tells of a line as well.
func (s *Service) tellPosting(ctx context.Context, db database.Conn, b *books, out *PostingDetail) error {
	d := QueueDetail{QueueLine: QueueLine{Posting: out.Posting}}
	if err := s.tell(ctx, db, b, &d); err != nil {
		return err
	}
	out.Shares, out.Allocations, out.Origin, out.Corrections = d.Shares, d.History, d.Corrects, d.Corrections
	return nil
}

// PostingLine gives the line of a file that an entry came in by, as it stands there.
func (s *Service) PostingLine(ctx context.Context, actor identity.Actor, organisation int64, id PostingID) (RawLine, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return RawLine{}, err
	}
	p, err := findPosting(ctx, s.db.Read(), organisation, id)
	if err != nil {
		return RawLine{}, err
	}
	f, err := findFileOf(ctx, s.db.Read(), &p)
	if err != nil {
		return RawLine{}, err
	}
	switch {
	case f.ID == 0 || p.Line == 0: // a reversal because the line is gone
		return RawLine{}, fault.NotFound("line", p.Line)
	case p.RawOffset >= 0:
		return s.rawPosting(ctx, &p, f)
	}
	return s.RawLine(ctx, actor, f.ID, p.Line)
}
