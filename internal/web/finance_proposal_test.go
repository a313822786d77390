package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jalon/identity"
)

// TestProposalsAreSettled shows what a decision proposes on the budget of its project, and books it there.
func TestProposalsAreSettled(t *testing.T) {
	d := newDesk(t)
	project := d.home.projects[1].ID
	var decision int64
	d.check(d.db.Read().NewRaw("SELECT id FROM decision WHERE organisation_id = ? ORDER BY id LIMIT 1", d.home.organisation.ID).Scan(d.ctx(), &decision))
	_, err := d.db.Write().ExecContext(d.ctx(), "INSERT INTO allotment_proposal (organisation_id, project_id, decision_id, year, section, amount, state) VALUES (?, ?, ?, 2026, 'I', 123400, 'proposed')",
		d.home.organisation.ID, project, decision)
	d.check(err)
	v := d.as(identity.RoleFinance)
	budget := fmt.Sprintf("/projects/%d/budget", project)
	if shown := breakable(v.page(budget).One("#proposals").Text()); !strings.Contains(shown, "1 234,00 €") {
		t.Errorf("the budget does not show what is proposed: %s", shown)
	}
	form := budget + "/proposals"
	if res, _ := v.submit(form, form, map[string]string{"settle": "dismiss", "reason": ""}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("dismissed without a reason: %d", res.StatusCode)
	}
	if res, _ := v.submit(form, form, map[string]string{"settle": "book", "decided_on": "2026-04-10"}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("booked: %d", res.StatusCode)
	}
	if _, body := v.get(budget); strings.Contains(body, `id="proposals"`) {
		t.Error("what was booked is still proposed")
	}
}
