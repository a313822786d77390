package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

// queueDesk is a desk with a finance officer, and the address of the books of home.
func queueDesk(t *testing.T) (*visitor, string) {
	t.Helper()
	d := newDesk(t)
	return d.as(identity.RoleFinance), views.BooksURL(d.home.organisation.ID)
}

// held is what the line waits for and is allocated to.
func (v *visitor) held(id finance.PostingID) finance.QueueDetail {
	v.Helper()
	return must[finance.QueueDetail](v)(v.finance.QueueLine(v.Context(), operator, v.home.organisation.ID, id, finance.QueueFilter{}))
}

func TestQueueList(t *testing.T) {
	v, books := queueDesk(t)
	page := v.page(books + "/queue")
	text := page.One("main").Text()
	for _, want := range []string{"2 lignes attendent", "Maintenance du guichet de lille", "1 800,00 €", "libellé", "Écart", "0,00 €"} {
		if !strings.Contains(text, want) {
			t.Errorf("the queue does not say %q:\n%s", want, text)
		}
	}
	if n := len(page.All("input[name=posting]")); n != 2 {
		t.Errorf("%d lines can be picked, want 2", n)
	}
	if text := v.page(books + "/queue?q=prealable&state=x&year=y&after=z&age=-1").One("main").Text(); !strings.Contains(text, "Étude préalable") || strings.Contains(text, "Maintenance du guichet de lille") {
		t.Errorf("the filter leaves:\n%s", text)
	}
	if n := len(v.as(identity.RoleAdministrator).page(books + "/queue").All("input[name=posting]")); n != 0 {
		t.Errorf("who may not reconcile may pick %d lines", n)
	}
}

func TestQueueLineIsTaken(t *testing.T) {
	v, books := queueDesk(t)
	b := v.home.books
	line := books + "/queue/" + itoa(int64(b.waits))
	page := v.page(line)
	if page.One("button[data-key=a]").Text() == "" || len(page.All("a[data-key=s]"))+len(page.All("a[data-key=e]")) != 2 {
		t.Error("the line is not worked by keys")
	}
	values := page.Form(line + "/take")
	res, body := v.send(line+"/take", values)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("taken: %d\n%s", res.StatusCode, body)
	}
	if next := books + "/queue/" + itoa(int64(b.alone)) + "#line"; res.Header.Get("Location") != next {
		t.Errorf("goes on with %s, want %s", res.Header.Get("Location"), next)
	}
	if got := v.held(b.waits); got.Residual != 0 || got.Shares[0].Project.ID != v.home.projects[0].ID {
		t.Errorf("stands at %+v", got.Shares)
	}
	if res, _ = v.send(line+"/take", values); res.StatusCode != http.StatusSeeOther {
		t.Errorf("sent twice: %d", res.StatusCode)
	}
	if text := v.page(line + "/rules").One("main").Text(); !strings.Contains(text, "SIRET du tiers") {
		t.Errorf("proposed rules:\n%s", text)
	}
	rule := books + "/rules/new"
	to := v.done(rule+"?posting="+itoa(int64(b.waits))+"&proposal=1", rule, map[string]string{"name": "Atelier"})
	if to == rule || !strings.Contains(v.page(to).One("main").Text(), "brouillon") {
		t.Errorf("the proposed rule leads to %s", to)
	}
}

func TestQueueLineIsSplit(t *testing.T) {
	v, books := queueDesk(t)
	b := v.home.books
	line := books + "/queue/" + itoa(int64(b.alone))
	split := map[string]string{"project_1": "LILLE-1", "amount_1": "100,00", "project_2": v.home.projects[1].Code, "share_2": "50"}
	preview := v.filled(line, line+"/split", split)
	preview.Set("_preview", "1")
	if res, body := v.send(line+"/split", preview); res.StatusCode != 200 || !strings.Contains(htmltest.Parse(t, body).One("main").Text(), "370,00 €") {
		t.Errorf("what is left is not told: %d\n%s", res.StatusCode, htmltest.Parse(t, body).One("main").Text())
	}
	if to := v.done(line, line+"/split", split); to != line+"#line" {
		t.Errorf("a line of which something is left leads to %s", to)
	}
	if got := v.held(b.alone); got.Residual != 370_00 || len(got.Shares) != 2 {
		t.Errorf("left is %d, shares %+v", got.Residual, got.Shares)
	}
	res, body := v.submit(line, line+"/split", map[string]string{"project_1": "nulle part", "share_1": "100"})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "nulle part") {
		t.Errorf("an unknown project: %d", res.StatusCode)
	}
	v.done(line, line+"/exclude", map[string]string{"amount": "70", "reason": "Frais de dossier"})
	v.done(line, line+"/accept", map[string]string{"reason": "Avoir attendu"})
	if got := v.held(b.alone); got.Residual != 300_00 || got.State != finance.StateAccepted || got.Reason != "Avoir attendu" {
		t.Errorf("left is %d, %s %q", got.Residual, got.State, got.Reason)
	}
	v.done(line, line+"/reopen", nil)
	if res, _ := v.submit(line, line+"/exclude", nil); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("excluded without a reason: %d", res.StatusCode)
	}
}

func TestQueueLineOvertaken(t *testing.T) {
	v, books := queueDesk(t)
	b := v.home.books
	line := books + "/queue/" + itoa(int64(b.waits))
	mine := v.filled(line, line+"/split", map[string]string{"project_1": v.home.projects[1].Code, "reason": "Le mien"})
	other := v.as(identity.RoleFinance)
	other.done(line, line+"/split", map[string]string{"project_1": v.home.projects[0].Code, "amount_1": "800"})
	res, body := v.send(line+"/split", mine)
	text := htmltest.Parse(t, body).One("main").Text()
	if res.StatusCode != http.StatusConflict || !strings.Contains(text, other.user.Name) || !strings.Contains(text, "800,00 €") {
		t.Errorf("%d, who was too late reads:\n%s", res.StatusCode, text)
	}
	if !strings.Contains(body, "Le mien") {
		t.Error("what was typed is lost")
	}
}

func TestQueueBulk(t *testing.T) {
	v, books := queueDesk(t)
	b := v.home.books
	bulk := books + "/queue/bulk"
	for _, address := range []string{bulk, bulk + "?posting=" + itoa(int64(b.waits)) + "&posting=" + itoa(int64(b.alone))} {
		if text := v.page(address).One("main").Text(); !strings.Contains(text, "Affecter 1 ligne") {
			t.Errorf("%s:\n%s", address, text)
		}
	}
	ask := bulk + "?" + url.Values{"posting": {itoa(int64(b.waits)), itoa(int64(b.alone))}, "what": {"project"}, "project": {v.home.projects[1].Code}, "reason": {"Ensemble"}}.Encode()
	old := v.filled(ask, bulk+"/apply", nil)
	to := v.done(ask, bulk+"/apply", nil)
	if text := v.page(to).One("main").Text(); !strings.Contains(text, "Ensemble") || !strings.Contains(text, "affectation en bloc") {
		t.Errorf("the batch says:\n%s", text)
	}
	if v.held(b.waits).Residual != 0 || v.held(b.alone).Residual != 0 {
		t.Error("lines wait still")
	}
	v.done(to, to+"/undo", nil)
	if v.held(b.waits).Residual == 0 || !strings.Contains(v.page(to).One("main").Text(), "Cette opération est annulée.") {
		t.Error("the batch is not undone")
	}
	line := books + "/queue/" + itoa(int64(b.alone))
	v.done(line, line+"/exclude", map[string]string{"reason": "Hors périmètre"})
	old.Set("_request", strings.Repeat("a", 32))
	if res, body := v.send(bulk+"/apply", old); res.StatusCode != http.StatusConflict || !strings.Contains(body, "queue/"+itoa(int64(b.waits))) {
		t.Errorf("a preview that is no longer true: %d", res.StatusCode)
	}
	if res, _ := v.get(bulk + "?what=project&project=nulle"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown project: %d", res.StatusCode)
	}
}

func TestAllocationMoves(t *testing.T) {
	v, books := queueDesk(t)
	b, first, second := v.home.books, v.home.projects[0], v.home.projects[1]
	page := books + "/postings/" + itoa(int64(b.matched)) + "/allocations"
	if text := v.page(page).One("main").Text(); !strings.Contains(text, first.Name) {
		t.Errorf("allocations:\n%s", text)
	}
	move := page + "/" + itoa(int64(first.ID))
	before := v.held(b.matched).Shares[0].Amount
	v.done(move, move, map[string]string{"to": "project", "project": second.Code, "amount": "1 000,00", "reason": "Part du réseau"})
	v.done(move, move, map[string]string{"to": "queue", "amount": "500", "reason": "À voir"})
	got := v.held(b.matched)
	if got.Residual != 500_00 || len(got.Shares) != 2 || got.Shares[0].Amount != before-1_500_00 {
		t.Errorf("left is %d, shares %+v", got.Residual, got.Shares)
	}
	if res, _ := v.submit(move, move, map[string]string{"to": "project", "project": second.Code}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("moved without a reason: %d", res.StatusCode)
	}
	if res, _ := v.get(page + "/998"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a project that holds nothing: %d", res.StatusCode)
	}
}

func TestRules(t *testing.T) {
	v, books := queueDesk(t)
	o, id := v.home.organisation.ID, v.home.books.rule
	rules, rule := books+"/rules", books+"/rules/"+itoa(id)
	if text := v.page(rules).One("main").Text(); !strings.Contains(text, "Maintenance de lille") || !strings.Contains(text, "n’a jamais servi") {
		t.Errorf("rules:\n%s", text)
	}
	tried := v.filled(rule+"/edit", rule+"/edit", map[string]string{"value_1": "étude", "field_2": "amount", "op_2": "between", "value_2": "-12,50", "until_2": "9 999,99", "field_3": "date", "op_3": "between", "value_3": "01/01/2026"})
	tried.Set("_preview", "1")
	if res, body := v.send(rule+"/edit", tried); res.StatusCode != 200 || !strings.Contains(htmltest.Parse(t, body).One("main").Text(), "quitteraient la file : 1 ligne, 840,00 €") {
		t.Errorf("tried: %d\n%s", res.StatusCode, htmltest.Parse(t, body).One("main").Text())
	}
	tried.Del("_preview")
	if res, body := v.send(rule+"/edit", tried); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saved: %d\n%s", res.StatusCode, body)
	}
	detail := must[finance.RuleDetail](t)(v.finance.Rule(t.Context(), operator, o, id))
	want := reconcile.Condition{Field: reconcile.FieldAmount, Op: reconcile.OpBetween, Value: "-1250", To: "999999"}
	if n := detail.Versions[0]; n.Version != 2 || len(n.When) != 3 || n.When[1] != want || n.When[2].Value != "2026-01-01" || detail.Version != 1 {
		t.Errorf("the new version is %+v", n)
	}
	if text := v.page(rule + "/try").One("main").Text(); !strings.Contains(text, "840,00 €") {
		t.Errorf("trial:\n%s", text)
	}
	v.done(rule, rule+"/activate", nil)
	if res, _ := v.submit(rule+"/edit", rule+"/edit", map[string]string{"value_1": "[", "op_1": "pattern"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a pattern that cannot be read: %d", res.StatusCode)
	}
	v.done(rule+"/retire", rule+"/retire", map[string]string{"reason": "Plus d’usage"})
	if res, _ := v.submit(rule+"/retire", rule+"/retire", map[string]string{"reason": "Encore"}); res.StatusCode != http.StatusConflict {
		t.Errorf("retired twice: %d", res.StatusCode)
	}
}

func TestRulesAreRunAgain(t *testing.T) {
	v, books := queueDesk(t)
	rules := books + "/rules"
	to := v.done(rules+"/new", rules+"/new", map[string]string{"name": "Études", "field_1": "contract", "op_1": "equals", "value_1": "M-lille", "project_1": v.home.projects[1].Code})
	v.done(to, to+"/activate", nil)
	code := v.done(rules+"/new", rules+"/new", map[string]string{"name": "Études du conseil", "field_1": "supplier_id", "op_1": "equals", "value_1": "55208131766522", "field_2": "nature", "op_2": "equals", "value_2": "6228", "then": "excluded", "reason": "Hors feuille de route"})
	if text := v.page(code).One("main").Text(); !strings.Contains(text, "suggère") {
		t.Errorf("the rule says:\n%s", text)
	}
	rerun := rules + "/rerun"
	page := v.page(rerun)
	if !strings.Contains(page.One("main").Text(), "Changements, sur") {
		t.Errorf("preview:\n%s", page.One("main").Text())
	}
	if res, _ := v.send(rerun+"/apply", url.Values{"_csrf": {v.page(rules + "/new").Form(rules + "/new").Get("_csrf")}, "year": {itoa(v.home.books.year)}, "token": {"x"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("a preview that is not true: %d", res.StatusCode)
	}
}

func TestCommitments(t *testing.T) {
	v, books := queueDesk(t)
	list, id := books+"/commitments", v.home.books.commitment
	text := v.page(list).One("main").Text()
	for _, want := range []string{"E-lille", "Maintenance du guichet", "18 000,00 €", "100,0"} {
		if !strings.Contains(text, want) {
			t.Errorf("the list does not say %q:\n%s", want, text)
		}
	}
	if text := v.page(list + "?anomaly=unshared").One("main").Text(); strings.Contains(text, "Maintenance du guichet") || !strings.Contains(text, "E-lille-2") {
		t.Errorf("without a project are:\n%s", text)
	}
	one := list + "/" + itoa(id)
	v.done(one+"/shares", one+"/shares", map[string]string{"share_1": "60", "project_2": v.home.projects[1].Code, "share_2": "40"})
	detail := must[finance.CommitmentDetail](t)(v.finance.Commitment(t.Context(), operator, v.home.organisation.ID, id))
	if len(detail.Shares) != 2 || detail.Shares[0].ShareBP != 6_000 {
		t.Fatalf("shares are %+v", detail.Shares)
	}
	end := one + "/shares/" + itoa(detail.Shares[1].CommitmentShare.ID) + "/end"
	stale := v.filled(one, end, nil)
	v.done(one, end, nil)
	stale.Set("_request", strings.Repeat("b", 32))
	if res, _ := v.send(end, stale); res.StatusCode != http.StatusConflict {
		t.Errorf("ended from an old page: %d", res.StatusCode)
	}
	if res, _ := v.submit(one+"/shares", one+"/shares", map[string]string{"share_1": "160"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("more than the whole: %d", res.StatusCode)
	}
	v.done(one+"/rekey", one+"/rekey", map[string]string{"old": "E-ancien", "new": "E-lille", "reason": "Bascule"})
	rekeys := list + "/rekeys"
	if text := v.page(rekeys).One("main").Text(); !strings.Contains(text, "E-ANCIEN") {
		t.Errorf("replaced numbers:\n%s", text)
	}
	if res, _ := v.submit(rekeys, rekeys, map[string]string{"old": "E-lille", "new": "E-ancien", "reason": "En rond"}); res.StatusCode != http.StatusConflict {
		t.Errorf("a circle of numbers: %d", res.StatusCode)
	}
	v.done(rekeys, rekeys+"/undo", nil)
	v.done(list, list+"/share", nil)
}
