package finance

import (
	"cmp"
	"context"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

// ImportCommitments books a file of commitments. It is ImportLedger with another purpose, and reports alike.
func (s *Service) ImportCommitments(ctx context.Context, actor identity.Actor, in ImportInput) (ImportReport, error) {
	in.Purpose = ledgerfile.PurposeCommitments
	return s.ImportLedger(ctx, actor, in)
}

// Commitments gives a page of the commitments of an organisation, those first that still call for most, with sums over all pages.
func (s *Service) Commitments(ctx context.Context, actor identity.Actor, organisation int64, f CommitmentFilter) (CommitmentPage, error) {
	out := CommitmentPage{Filter: f}
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		if err := f.Validate(); err != nil {
			return err
		}
		q := commitmentQuery{CommitmentFilter: f, organisation: organisation, dormant: dormantBefore(b.today)}
		all, err := findCommitments(ctx, tx, q)
		if err != nil {
			return err
		}
		if n := f.limit(); len(all) > n {
			all = all[:n]
			out.Next = CommitmentPlace{all[n-1].Left(), all[n-1].ID}
		}
		sums, err := sumCommitments(ctx, tx, q)
		if err != nil {
			return err
		}
		out.Count, out.Committed, out.Mandated, out.Left = sums.Count, sums.Committed, sums.Mandated, sums.Left
		out.Lines, _, err = s.commitmentLines(ctx, tx, b, all)
		return err
	})
	return out, err
}

// dormantBefore is the day before which something must last have happened for a commitment to be dormant.
func dormantBefore(today civil.Date) civil.Date { return today.AddMonths(-dormantMonths) }

// commitmentLines joins commitments with their shares, and gives those that were ended besides.
func (s *Service) commitmentLines(ctx context.Context, db database.Conn, b *books, all []Commitment) ([]CommitmentLine, map[int64][]ShareLine, error) {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	shares, err := findCommitmentShares(ctx, db, b.Organisation.ID, ids)
	if err != nil {
		return nil, nil, err
	}
	projects, err := projectsByID(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, nil, err
	}
	rules, err := findActiveRules(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, nil, err
	}
	names := make(map[int64]string, len(rules))
	for _, r := range rules {
		names[r.ID] = r.Name
	}
	lines, ended := make([]CommitmentLine, len(all)), map[int64][]ShareLine{}
	for i, c := range all {
		l := CommitmentLine{Commitment: c, Left: c.Left()}
		last := c.LastOn
		if last.IsZero() {
			last = c.OpenedOn
		}
		l.Dormant = l.Left > 0 && !last.IsZero() && last.Before(dormantBefore(b.today))
		var held []CommitmentShare
		for _, share := range shares[c.ID] {
			if share.Holds() {
				held = append(held, share)
				continue
			}
			ended[c.ID] = append(ended[c.ID], ShareLine{CommitmentShare: share, Project: projects[share.ProjectID], RuleName: names[share.RuleID]})
		}
		l.Shares = dealtShares(&c, held, projects, names)
		slices.SortFunc(ended[c.ID], func(x, y ShareLine) int { return cmp.Or(y.EndedAt.Compare(x.EndedAt), cmp.Compare(y.ID, x.ID)) })
		lines[i] = l
	}
	return lines, ended, nil
}

// dealtShares deals a commitment out among those who share it, by largest remainder. What it still calls for is dealt out by itself.
func dealtShares(c *Commitment, held []CommitmentShare, projects map[portfolio.ProjectID]Project, rules map[int64]string) []ShareLine {
	weights := weightsOf(held)
	committed, mandated, left := c.Committed.Split(weights), c.Mandated.Split(weights), c.Left().Split(weights)
	out := make([]ShareLine, len(held))
	for i, s := range held {
		out[i] = ShareLine{s, projects[s.ProjectID], rules[s.RuleID], committed[i], mandated[i], left[i]}
	}
	return out
}

// Commitment gives one commitment with its events, its shares and the entries that name it.
func (s *Service) Commitment(ctx context.Context, actor identity.Actor, organisation, id int64) (CommitmentDetail, error) {
	var out CommitmentDetail
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		c, err := findCommitment(ctx, tx, organisation, id)
		if err != nil {
			return err
		}
		lines, ended, err := s.commitmentLines(ctx, tx, b, []Commitment{c})
		if err != nil {
			return err
		}
		out.CommitmentLine, out.History = lines[0], ended[id]
		if out.Events, err = eventLines(ctx, tx, b, id); err != nil {
			return err
		}
		out.Postings, err = findPostings(ctx, tx, postingFilter{organisation: organisation, commitment: id, limit: commitmentPostings + 1})
		if err != nil {
			return err
		}
		if len(out.Postings) > commitmentPostings {
			out.Postings, out.More = out.Postings[:commitmentPostings], true
		}
		aliases, err := findRekeys(ctx, tx, organisation)
		out.Aliases = slices.DeleteFunc(aliases, func(a CommitmentAlias) bool {
			return codeKey(a.New) != codeKey(c.Number) && codeKey(a.Old) != codeKey(c.Number)
		})
		return err
	})
	return out, err
}

// eventLines lists the events of a commitment in the order in which they were booked.
func eventLines(ctx context.Context, db database.Conn, b *books, id int64) ([]EventLine, error) {
	events, err := findEvents(ctx, db, eventFilter{organisation: b.Organisation.ID, commitments: []int64{id}})
	if err != nil {
		return nil, err
	}
	var files []FileID
	for _, e := range events {
		files = append(files, e.FileID)
	}
	slices.Sort(files)
	names, err := findFileNames(ctx, db, b.Organisation.ID, slices.Compact(files))
	if err != nil {
		return nil, err
	}
	out := make([]EventLine, len(events))
	for i, e := range events {
		y, _ := b.Year(e.YearID)
		out[i] = EventLine{e, y.Code, names[e.FileID]}
	}
	return out, nil
}
