package finance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sort"

	"github.com/klauspost/compress/zstd"
	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
)

// chunkBytes is how many bytes of a file one row keeps, before they are packed: few enough to find a line in, enough to pack well.
const chunkBytes = 512 << 10

type chunkRow struct {
	bun.BaseModel  `bun:"table:import_chunk"`
	OrganisationID int64  `bun:"organisation_id,pk"`
	FileID         FileID `bun:"file_id,pk"`
	Number         int64  `bun:"number,pk"`
	From           int64  `bun:"byte_from"`
	Size           int64  `bun:"size"`
	Packed         []byte `bun:"packed"`
}

// keptFile measures a file as it came: its size, the SHA-256 of what was sent, and of what is kept, which has no bank data.
type keptFile struct {
	size       int64
	sent, kept string
}

// keepBytes packs a stream into chunks and gives each to keep; it tells how long the stream was and its SHA-256. Nothing but one
// chunk is held.
func keepBytes(body io.Reader, keep func(chunkRow) error) (came keptFile, err error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return came, err
	}
	defer enc.Close()
	sent, kept := sha256.New(), sha256.New()
	body = ledgerfile.Scrub(io.TeeReader(body, sent))
	buf, packed := make([]byte, chunkBytes), []byte(nil)
	for number := int64(0); ; number++ {
		n, err := io.ReadFull(body, buf)
		if n > 0 {
			if came.size+int64(n) > maxFileBytes {
				return came, tooLargeFile()
			}
			kept.Write(buf[:n])
			packed = enc.EncodeAll(buf[:n], packed[:0])
			if err := keep(chunkRow{Number: number, From: came.size, Size: int64(n), Packed: packed}); err != nil {
				return came, err
			}
			came.size += int64(n)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			came.sent, came.kept = hex.EncodeToString(sent.Sum(nil)), hex.EncodeToString(kept.Sum(nil))
			return came, nil
		}
		if err != nil {
			return came, fmt.Errorf("read the file: %w", err)
		}
	}
}

func insertChunk(ctx context.Context, tx database.Conn, c chunkRow) error {
	if _, err := tx.NewInsert().Model(&c).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keep a part of file %d: %w", c.FileID, err)
	}
	return nil
}

func deleteChunks(ctx context.Context, tx database.Conn, organisation int64, id FileID) error {
	_, err := tx.NewDelete().Model((*chunkRow)(nil)).Where("organisation_id = ? AND file_id = ?", organisation, id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("let go of file %d: %w", id, err)
	}
	return nil
}

// chunkSource gives the bytes of a file that is kept. It is a ledgerfile.Source; what it opens reads on and in place.
type chunkSource struct {
	ctx   context.Context // of the use case that reads: a source is made for one
	db    database.Conn
	file  File
	parts []chunkRow // without their bytes
	unzip *zstd.Decoder
}

func openChunks(ctx context.Context, db database.Conn, f File) (*chunkSource, error) {
	s := &chunkSource{ctx: ctx, db: db, file: f}
	err := db.NewSelect().Model(&s.parts).Column("number", "byte_from", "size").Where("organisation_id = ? AND file_id = ?", f.OrganisationID, f.ID).OrderExpr("number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the parts of file %d: %w", f.ID, err)
	}
	end := int64(0)
	for _, p := range s.parts {
		if p.From != end {
			return nil, fmt.Errorf("file %d: a part is missing at byte %d", f.ID, end)
		}
		end += p.Size
	}
	if end != f.Size {
		return nil, fmt.Errorf("file %d: %d bytes are kept of %d", f.ID, end, f.Size)
	}
	s.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(4*chunkBytes))
	return s, err
}

func (s *chunkSource) Name() string { return s.file.Name }
func (s *chunkSource) Size() int64  { return s.file.Size }

// Open begins at the first byte.
func (s *chunkSource) Open() (io.ReadCloser, error) { return &chunkReader{source: s, held: -1}, nil }

// load unpacks a part into a buffer.
func (s *chunkSource) load(i int, buf []byte) ([]byte, error) {
	p := s.parts[i]
	var row chunkRow
	err := s.db.NewSelect().Model(&row).Column("packed").Where("organisation_id = ? AND file_id = ? AND number = ?", s.file.OrganisationID, s.file.ID, p.Number).Scan(s.ctx)
	if err != nil {
		return nil, fmt.Errorf("load part %d of file %d: %w", p.Number, s.file.ID, err)
	}
	out, err := s.unzip.DecodeAll(row.Packed, buf[:0])
	if err == nil && int64(len(out)) != p.Size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("unpack part %d of file %d: %w", p.Number, s.file.ID, err)
	}
	return out, nil
}

// chunkReader holds one part at a time.
type chunkReader struct {
	source *chunkSource
	at     int64
	held   int // which part; -1: none
	bytes  []byte
}

func (r *chunkReader) Read(p []byte) (int, error) {
	n, err := r.ReadAt(p[:min(len(p), chunkBytes)], r.at)
	r.at += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

// ReadAt reads in place, as formats want that begin at the end.
func (r *chunkReader) ReadAt(p []byte, at int64) (n int, err error) {
	parts := r.source.parts
	for n < len(p) {
		i := sort.Search(len(parts), func(i int) bool { return parts[i].From+parts[i].Size > at })
		if i == len(parts) || at < 0 {
			return n, io.EOF
		}
		if i != r.held {
			if r.bytes, err = r.source.load(i, r.bytes); err != nil {
				r.held = -1
				return n, err
			}
			r.held = i
		}
		copied := copy(p[n:], r.bytes[at-parts[i].From:])
		n, at = n+copied, at+int64(copied)
	}
	return n, nil
}

func (r *chunkReader) Close() error { return nil }
