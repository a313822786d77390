package audit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// newTrail seals three blocks of three entries each, erases the second entry of every block and seals that as a fourth block.
func newTrail(t tb, db *database.DB, code string) (org int64, ids []int64) {
	t.Helper()
	org = newOrganisation(t, db, code)
	for block := range 3 {
		for i := range 3 {
			record(t, db, org, "user:1", "project.update", "project", int64(3*block+i), map[string]any{"person": i}, now.Add(time.Duration(block)*time.Hour))
		}
		sealNow(t, db, now.Add(time.Duration(block)*time.Hour))
	}
	erase(t, db, org, audit.Match{Texts: []string{"1"}}, true)
	sealNow(t, db, now.Add(4*time.Hour))
	if err := db.Read().NewRaw("SELECT id FROM audit_entry WHERE organisation_id = ? ORDER BY seal, position", org).Scan(context.Background(), &ids); err != nil {
		t.Fatal(err)
	}
	return org, ids
}

// TestCheckFinds changes one thing at a time in a trail as newTrail makes it; {2:1} stands for the entry in place 1 of seal 2.
func TestCheckFinds(t *testing.T) {
	tests := []struct {
		name, change string
		want         string // code seal/place of the entry (0 for none), in order
	}{
		{"nothing", "", ""},
		{"values", "UPDATE audit_entry SET details = '{\"person\":9}' WHERE id = {2:1}", "details 2/1"},
		{"values emptied", "UPDATE audit_entry SET details = '' WHERE id = {2:1}", "details 2/1"},
		{"salt", "UPDATE audit_entry SET salt = 'ab' WHERE id = {2:1}", "details 2/1"},
		{"hash", "UPDATE audit_entry SET details_hash = 'ab' WHERE id = {2:1}", "details 2/1, root 2/0"},
		{"hash of an erased one", "UPDATE audit_entry SET details_hash = 'ab' WHERE id = {2:2}", "root 2/0"},
		{"actor", "UPDATE audit_entry SET actor = 'user:2' WHERE id = {2:1}", "root 2/0"},
		{"erased without a word", "UPDATE audit_entry SET details = '', salt = '', erased_at = at WHERE id = {2:1}", "erased 2/1"},
		{"erased in name only", "UPDATE audit_entry SET erased_at = at WHERE id = {2:1}", "remains 2/1"},
		{"values put back", "UPDATE audit_entry SET details = '1' WHERE id = {2:2}", "remains 2/2"},
		{"the erasure erased", "UPDATE audit_entry SET details = '', salt = '', erased_at = at WHERE id = {4:1}", "erased 1/2, erased 2/2, erased 3/2, erased 4/1"},
		{"erased, named by an older entry", "UPDATE audit_entry SET id = -1 WHERE id = {4:1}", "erased 1/2, erased 2/2, erased 3/2, root 4/0"},
		{"first left out", "DELETE FROM audit_entry WHERE id = {2:1}", "position 2/2, entries 2/0, root 2/0"},
		{"last left out", "DELETE FROM audit_entry WHERE id = {2:3}", "entries 2/0, root 2/0"},
		{"all left out", "DELETE FROM audit_entry WHERE seal = 2", "entries 2/0, root 2/0"},
		{"no longer sealed", "UPDATE audit_entry SET seal = NULL, position = NULL WHERE id = {2:3}", "entries 2/0, root 2/0"},
		{"without a place", "UPDATE audit_entry SET position = NULL WHERE id = {2:3}", "entries 2/0, root 2/0, orphan 2/0"},
		{"swapped", "UPDATE audit_entry SET position = 9 WHERE id = {2:1}; UPDATE audit_entry SET position = 1 WHERE id = {2:3}; UPDATE audit_entry SET position = 3 WHERE id = {2:1}", "root 2/0"},
		{"moved to another block", "UPDATE audit_entry SET seal = 3, position = 4 WHERE id = {2:3}", "entries 2/0, root 2/0, entries 3/0, root 3/0"},
		{"moved to no block", "UPDATE audit_entry SET seal = 9 WHERE id = {2:3}", "entries 2/0, root 2/0, orphan 9/3"},
		{"seal before the first", "UPDATE audit_entry SET seal = 0 WHERE id = {2:3}", "orphan 0/3, entries 2/0, root 2/0"},
		{"slipped in", "UPDATE audit_entry SET seal = 2, position = 4 WHERE id = {4:1}", "entries 2/0, root 2/0, entries 4/0, root 4/0"},
		{"seal left out", "DELETE FROM audit_seal WHERE number = 2", "number 3/0, chain 3/0, orphan 2/1, orphan 2/2, orphan 2/3"},
		{"last seal left out", "DELETE FROM audit_seal WHERE number = 4", "orphan 4/1"},
		{"all seals left out", "DELETE FROM audit_seal", "orphan 1/1, orphan 1/2, orphan 1/3, orphan 2/1, orphan 2/2, orphan 2/3, orphan 3/1, orphan 3/2, orphan 3/3, orphan 4/1"},
		{"block left out", "DELETE FROM audit_entry WHERE seal = 2; DELETE FROM audit_seal WHERE number = 2", "number 3/0, chain 3/0"},
		{"root", "UPDATE audit_seal SET root = 'ab' WHERE number = 2", "hash 2/0, root 2/0"},
		{"number of entries", "UPDATE audit_seal SET entries = 4 WHERE number = 2", "hash 2/0, entries 2/0"},
		{"previous", "UPDATE audit_seal SET previous = '' WHERE number = 2", "chain 2/0, hash 2/0"},
		{"hash of a seal", "UPDATE audit_seal SET hash = 'ab' WHERE number = 2", "hash 2/0, chain 3/0"},
		{"time of a seal", "UPDATE audit_seal SET sealed_at = (SELECT sealed_at FROM audit_seal WHERE number = 1) WHERE number = 2", "hash 2/0"},
		{"seals swapped", "UPDATE audit_seal SET number = 9 WHERE number = 1; UPDATE audit_seal SET number = 1 WHERE number = 2; UPDATE audit_seal SET number = 2 WHERE number = 9",
			"chain 1/0, hash 1/0, root 1/0, chain 2/0, hash 2/0, root 2/0, chain 3/0"},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for _, tc := range tests {
			org, ids := newTrail(t, db, "lille")
			for i, id := range ids {
				tc.change = strings.ReplaceAll(tc.change, fmt.Sprintf("{%d:%d}", i/3+1, i%3+1), fmt.Sprint(id))
			}
			for statement := range strings.SplitSeq(tc.change, "; ") {
				if statement != "" {
					run(t, db, statement)
				}
			}
			var got []string
			breaks, _ := check(t, db, org)
			for _, b := range breaks {
				got = append(got, fmt.Sprintf("%s %d/%s", b.Code, b.Seal, place(t, db, b)))
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("%s: breaks = %s, want %s", tc.name, strings.Join(got, ", "), tc.want)
			}
			forget(t, db, org)
		}
	})
}

// place is where the entry of a break stands now, 0 for none.
func place(t tb, db *database.DB, b audit.Break) (position string) {
	t.Helper()
	if b.Entry == 0 {
		return "0"
	}
	err := db.Read().NewRaw("SELECT CAST(COALESCE(position, 0) AS TEXT) FROM audit_entry WHERE organisation_id = ? AND id = ?", b.OrganisationID, b.Entry).Scan(context.Background(), &position)
	if err != nil {
		t.Fatal(err)
	}
	return position
}

// TestNothingSealedChangesUnseen: whatever of a sealed trail is changed, left out, slipped in or moved is found.
func TestNothingSealedChangesUnseen(t *testing.T) {
	entryFields := []string{"actor", "action", "subject", "subject_id", "at", "details", "details_hash", "salt", "erased_at", "organisation_id", "id"}
	sealFields := []string{"entries", "root", "previous", "hash", "sealed_at", "number"}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		round := 0
		elsewhere := newOrganisation(t, db, "elsewhere")
		rapid.Check(t, func(t *rapid.T) {
			round++
			org, ids := newTrail(t, db, fmt.Sprint("o", round))
			defer func() {
				run(t, db, "DELETE FROM audit_entry WHERE organisation_id = ?", elsewhere)
				forget(t, db, org)
			}()
			id := rapid.SampledFrom(ids).Draw(t, "entry")
			number := rapid.IntRange(1, 4).Draw(t, "seal")
			switch rapid.SampledFrom([]string{"change", "change", "change", "change seal", "delete", "insert", "swap", "move"}).Draw(t, "attack") {
			case "change":
				change(t, db, rapid.SampledFrom(entryFields).Draw(t, "field"), id, elsewhere)
			case "change seal":
				changeSeal(t, db, rapid.SampledFrom(sealFields).Draw(t, "field"), org, number)
			case "delete":
				run(t, db, "DELETE FROM audit_entry WHERE id = ?", id)
			case "insert": // a copy of an entry, at the end of a block or between two
				if rapid.Bool().Draw(t, "between") {
					run(t, db, "UPDATE audit_entry SET position = position + 100 WHERE organisation_id = ? AND seal = ? AND position > 1", org, number)
					run(t, db, "UPDATE audit_entry SET position = position - 99 WHERE organisation_id = ? AND seal = ? AND position > 1", org, number)
				}
				run(t, db, `INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details, salt, details_hash, erased_at, seal, position)
					SELECT organisation_id, at, actor, action, subject, subject_id, details, salt, details_hash, erased_at, CAST(? AS BIGINT),
					(SELECT CASE WHEN MAX(position) > COUNT(*) THEN 2 ELSE MAX(position) + 1 END FROM audit_entry WHERE organisation_id = ? AND seal = ?)
					FROM audit_entry WHERE id = ?`, number, org, number, id)
			case "swap":
				other := rapid.SampledFrom(slices.DeleteFunc(slices.Clone(ids), func(o int64) bool { return o == id })).Draw(t, "other")
				swap(t, db, id, other)
			case "move":
				run(t, db, "UPDATE audit_entry SET seal = ?, position = ? WHERE id = ?", rapid.IntRange(0, 6).Draw(t, "to"), rapid.IntRange(4, 9).Draw(t, "place"), id)
			}
			if breaks, _ := check(t, db, org); len(breaks) == 0 {
				t.Fatal("nothing was found")
			}
		})
	})
}

// change gives a field of an entry another value.
func change(t tb, db *database.DB, field string, id, elsewhere int64) {
	switch field {
	case "organisation_id":
		run(t, db, "UPDATE audit_entry SET organisation_id = ? WHERE id = ?", elsewhere, id)
	case "subject_id":
		run(t, db, "UPDATE audit_entry SET subject_id = subject_id + 1 WHERE id = ?", id)
	case "id":
		run(t, db, "UPDATE audit_entry SET id = id + 1000000 WHERE id = ?", id)
	case "at":
		run(t, db, "UPDATE audit_entry SET at = ? WHERE id = ?", now.Add(time.Microsecond), id)
	case "erased_at":
		run(t, db, "UPDATE audit_entry SET erased_at = CASE WHEN erased_at IS NULL THEN at END WHERE id = ?", id)
	default:
		run(t, db, "UPDATE audit_entry SET "+field+" = "+field+" || 'x' WHERE id = ?", id)
	}
}

func changeSeal(t tb, db *database.DB, field string, org int64, number int) {
	switch field {
	case "entries":
		run(t, db, "UPDATE audit_seal SET entries = entries + 1 WHERE organisation_id = ? AND number = ?", org, number)
	case "number":
		run(t, db, "UPDATE audit_seal SET number = number + 100 WHERE organisation_id = ? AND number = ?", org, number)
	case "sealed_at":
		run(t, db, "UPDATE audit_seal SET sealed_at = ? WHERE organisation_id = ? AND number = ?", now.Add(time.Microsecond), org, number)
	default:
		run(t, db, "UPDATE audit_seal SET "+field+" = "+field+" || '0' WHERE organisation_id = ? AND number = ?", org, number)
	}
}

// swap lets two entries change places.
func swap(t tb, db *database.DB, a, b int64) {
	run(t, db, "CREATE TABLE spots AS SELECT id, seal, position FROM audit_entry WHERE id IN (?, ?)", a, b)
	run(t, db, "UPDATE audit_entry SET seal = NULL, position = NULL WHERE id IN (?, ?)", a, b)
	for from, to := range map[int64]int64{a: b, b: a} {
		run(t, db, "UPDATE audit_entry SET seal = (SELECT seal FROM spots WHERE id = ?), position = (SELECT position FROM spots WHERE id = ?) WHERE id = ?", from, from, to)
	}
	run(t, db, "DROP TABLE spots")
}

// TestHeadShowsWhatWasRewritten: whoever unseals the end of a trail and seals it anew leaves no break, but another head.
func TestHeadShowsWhatWasRewritten(t *testing.T) {
	rewrites := map[string]string{
		"changed":  "UPDATE audit_entry SET actor = 'user:9' WHERE seal = 3",
		"left out": "DELETE FROM audit_entry WHERE seal = 3",
		"the same": "UPDATE audit_entry SET actor = actor",
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for name, rewrite := range rewrites {
			org, _ := newTrail(t, db, "lille")
			_, before := check(t, db, org)
			run(t, db, rewrite)
			run(t, db, "DELETE FROM audit_seal WHERE number >= 3")
			run(t, db, "UPDATE audit_entry SET seal = NULL, position = NULL WHERE seal >= 3")
			if _, head := check(t, db, org); head.Seal != 2 || head.Hash == before.Hash {
				t.Errorf("%s: head %+v without the last seals, was %+v", name, head, before)
			}
			sealNow(t, db, now)
			breaks, head := check(t, db, org)
			if len(breaks) != 0 || head.Hash == before.Hash {
				t.Errorf("%s: breaks %+v, head %+v, was %+v", name, breaks, head, before)
			}
			forget(t, db, org)
		}
	})
}
