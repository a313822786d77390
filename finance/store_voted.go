package finance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/money"
)

type votedRow struct {
	bun.BaseModel  `bun:"table:voted_line"`
	OrganisationID int64               `bun:"organisation_id,pk"`
	FileID         FileID              `bun:"file_id,pk"`
	Number         int                 `bun:"number,pk"`
	Year           int                 `bun:"year"`
	Entity         string              `bun:"entity"`
	Document       ledgerfile.Document `bun:"document"`
	DocumentNo     string              `bun:"document_no"`
	Flow           ledgerfile.Flow     `bun:"flow"`
	Section        string              `bun:"section"`
	Nature         string              `bun:"nature"`
	Function       string              `bun:"function_code"`
	Operation      string              `bun:"operation"`
	OrderOp        bool                `bun:"order_op"`
	Voted          money.Amount        `bun:"voted"`
	Realised       money.Amount        `bun:"realised"`
	Carried        money.Amount        `bun:"carried"`
}

// lastDocuments are the voted lines of a year in the file that was booked last of those that hold their document.
const lastDocuments = `FROM voted_line AS v JOIN (SELECT w.entity, w.document, w.document_no, MAX(w.file_id) AS file_id FROM voted_line AS w
		JOIN import_file AS g ON g.organisation_id = w.organisation_id AND g.id = w.file_id AND g.state = 'booked'
		WHERE w.organisation_id = ?0 AND w.year = ?1 GROUP BY w.entity, w.document, w.document_no) AS d
	ON d.file_id = v.file_id AND d.entity = v.entity AND d.document = v.document AND d.document_no = v.document_no
	WHERE v.organisation_id = ?0 AND v.year = ?1`

// findVotedYears lists the years of voted budgets, by their numbers in the finance system, the latest first.
func findVotedYears(ctx context.Context, db database.Conn, organisation int64) (years []int, err error) {
	err = db.NewRaw(`SELECT DISTINCT v.year FROM voted_line AS v JOIN import_file AS f ON f.organisation_id = v.organisation_id AND f.id = v.file_id AND f.state = 'booked'
		WHERE v.organisation_id = ? ORDER BY v.year DESC`, organisation).Scan(ctx, &years)
	if err != nil {
		return nil, fmt.Errorf("list years of voted budgets: %w", err)
	}
	return years, nil
}

// findVotedDocuments lists the documents of a year, each as its last file tells it.
func findVotedDocuments(ctx context.Context, db database.Conn, organisation int64, year int) ([]VotedDocument, error) {
	var rows []struct {
		File     FileID              `bun:"file_id"`
		Entity   string              `bun:"entity"`
		Document ledgerfile.Document `bun:"document"`
		Number   string              `bun:"document_no"`
		Lines    int64               `bun:"lines"`
		Voted    money.Amount        `bun:"voted"`
		Carried  money.Amount        `bun:"carried"`
	}
	err := db.NewRaw(`SELECT v.file_id, v.entity, v.document, v.document_no, COUNT(*) AS lines,
			CAST(SUM(CASE WHEN v.flow = 'DEP' AND NOT v.order_op THEN v.voted ELSE 0 END) AS BIGINT) AS voted,
			CAST(SUM(CASE WHEN v.flow = 'DEP' AND NOT v.order_op THEN v.carried ELSE 0 END) AS BIGINT) AS carried `+lastDocuments+`
		GROUP BY v.file_id, v.entity, v.document, v.document_no ORDER BY v.entity, v.document, v.document_no, v.file_id`, organisation, year).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list voted budgets: %w", err)
	}
	files := make([]FileID, len(rows))
	for i, r := range rows {
		files[i] = r.File
	}
	names, err := findFileNames(ctx, db, organisation, files)
	if err != nil {
		return nil, err
	}
	out := make([]VotedDocument, len(rows))
	for i, r := range rows {
		out[i] = VotedDocument{File: r.File, FileName: names[r.File], Entity: r.Entity, Document: r.Document, Number: r.Number, Lines: r.Lines, Voted: r.Voted, Carried: r.Carried}
	}
	return out, nil
}

// sumVoted sums the real expenditure that the documents of a year vote, by section and operation.
func sumVoted(ctx context.Context, db database.Conn, organisation int64, year int) (sums []votedSum, err error) {
	err = db.NewRaw(`SELECT v.section, v.operation, v.document, CAST(SUM(v.voted) AS BIGINT) AS voted, CAST(SUM(v.carried) AS BIGINT) AS carried `+lastDocuments+`
		AND v.flow = 'DEP' AND NOT v.order_op GROUP BY v.section, v.operation, v.document ORDER BY v.section, v.operation, v.document`, organisation, year).Scan(ctx, &sums)
	if err != nil {
		return nil, fmt.Errorf("sum voted budgets: %w", err)
	}
	return sums, nil
}
