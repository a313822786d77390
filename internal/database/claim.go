package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/fault"
)

// Slot names one run of a job: a committee's freeze of a period, say.
type Slot struct {
	OrganisationID int64
	Job            string
	Slot           string
}

// Claim is the right to do a slot's work until the lease ends. The token grows with every claim of
// the slot; finishing checks it, so that a replica that was frozen for a while cannot write late.
type Claim struct {
	Slot
	Token    int64
	Takeover bool // somebody else started and did not finish
}

type jobRun struct {
	bun.BaseModel  `bun:"table:job_run"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	Job            string    `bun:"job,pk"`
	Slot           string    `bun:"slot,pk"`
	Owner          string    `bun:"owner"`
	Token          int64     `bun:"token"`
	StartedAt      time.Time `bun:"started_at"`
	LeaseUntil     time.Time `bun:"lease_until"`
	FinishedAt     time.Time `bun:"finished_at,nullzero"`
	Outcome        string    `bun:"outcome"`
}

// TryClaim claims the slot for owner until now+lease, that instant left out. It gives false when the slot is finished, or
// is held by somebody whose lease still runs.
func TryClaim(ctx context.Context, db Conn, s Slot, owner string, now time.Time, lease time.Duration) (Claim, bool, error) {
	now = Instant(now)
	run := jobRun{OrganisationID: s.OrganisationID, Job: s.Job, Slot: s.Slot, Owner: owner, Token: 1, StartedAt: now, LeaseUntil: now.Add(lease)}
	res, err := db.NewInsert().Model(&run).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return Claim{}, false, fromDriver(err)
	}
	if n, _ := res.RowsAffected(); n == 1 {
		return Claim{Slot: s, Token: 1}, true, nil
	}
	var token int64
	err = db.NewRaw(`UPDATE job_run SET owner = ?, token = token + 1, lease_until = ?
		WHERE organisation_id = ? AND job = ? AND slot = ? AND finished_at IS NULL AND lease_until <= ? RETURNING token`,
		owner, now.Add(lease), s.OrganisationID, s.Job, s.Slot, now).Scan(ctx, &token)
	if err = One(err, "job_run", s.Slot); err != nil {
		if fault.KindOf(err) == fault.KindNotFound {
			return Claim{}, false, nil
		}
		return Claim{}, false, err
	}
	return Claim{Slot: s, Token: token, Takeover: true}, true, nil
}

// Finish ends the slot inside the transaction that holds its effects. When the lease was lost to
// another owner it fails with a Stale fault, and the transaction must roll back.
func (c Claim) Finish(ctx context.Context, tx Conn, now time.Time, outcome string) error {
	res, err := tx.ExecContext(ctx, `UPDATE job_run SET finished_at = ?, outcome = ?
		WHERE organisation_id = ? AND job = ? AND slot = ? AND token = ? AND finished_at IS NULL`,
		Instant(now), outcome, c.OrganisationID, c.Job, c.Slot.Slot, c.Token)
	return Updated(res, err, "job_run", c.Slot.Slot)
}

// Release gives a claim back after a failure and keeps the reason; the slot may be tried again
// from retryAt on.
func (c Claim) Release(ctx context.Context, db Conn, retryAt time.Time, reason string) error {
	_, err := db.ExecContext(ctx, `UPDATE job_run SET lease_until = ?, outcome = ?
		WHERE organisation_id = ? AND job = ? AND slot = ? AND token = ? AND finished_at IS NULL`,
		Instant(retryAt), reason, c.OrganisationID, c.Job, c.Slot.Slot, c.Token)
	return fromDriver(err)
}

// Finished tells whether the slot's work is done.
func Finished(ctx context.Context, db Conn, s Slot) (bool, error) {
	var n int
	err := db.NewRaw("SELECT count(*) FROM job_run WHERE organisation_id = ? AND job = ? AND slot = ? AND finished_at IS NOT NULL",
		s.OrganisationID, s.Job, s.Slot).Scan(ctx, &n)
	return n > 0, fromDriver(err)
}

// FinishedSlot gives the last finished slot of a job, "" when there is none.
func FinishedSlot(ctx context.Context, db Conn, organisation int64, job string) (slot string, err error) {
	err = db.NewRaw("SELECT COALESCE(MAX(slot), '') FROM job_run WHERE organisation_id = ? AND job = ? AND finished_at IS NOT NULL", organisation, job).Scan(ctx, &slot)
	return slot, fromDriver(err)
}
