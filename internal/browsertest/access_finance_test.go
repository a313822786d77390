package browsertest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// demoFinance keeps the books of the demonstration.
const demoFinance = "laurent.pradeilles@haute-sevrane.example"

// demoBooks is where they begin.
const demoBooks = "/organisations/2/finance"

// finance looks at the pages of the books that only a finance officer is led to, and at what their forms answer.
func (i *inspection) finance() {
	i.t.Helper()
	i.as(demoFinance)
	for n, path := range i.linked("/finance", demoBooks) {
		if n%oneTab == oneTab-1 {
			i.as(demoFinance)
		}
		i.at(path)
	}
	i.as(demoFinance)
	i.upload()
	i.as(demoFinance)
	i.queue()
	i.posting()
	i.refusedBooks()
}

// upload sends the newest export of the finance system, says how it is written and books it.
func (i *inspection) upload() {
	i.t.Helper()
	i.in(demoBooks + "/files/new")
	i.expect(422, chromedp.Click(chromedp.CSS(submit)))
	i.look("finance file refused")
	i.fill("purpose", "ledger", "file", newestExport(i.t, i.dir))
	i.press(submit)
	i.look("finance file described")
	mapping := i.where()
	i.fill("profile", "")
	i.expect(422, chromedp.Click(chromedp.CSS(submit)))
	i.look("description of a finance file refused")
	i.in(mapping)
	i.fill("profile", "generic-fr")
	i.press(submit)
	i.look("finance file previewed")
	i.press(`main form[action$="/book"] button`)
	i.do(chromedp.WaitVisible(chromedp.CSS("main .flash, main section")))
	i.look("finance file booked")
}

// newestExport is the last export of payment orders that the demonstration wrote and did not import.
func newestExport(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "var", "finance", "mandats-*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no export of the finance system in %s: %v", dir, err)
	}
	file, err := filepath.Abs(slices.Max(files))
	if err == nil {
		_, err = os.Stat(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// queue looks at lines that wait, alone and many at once.
func (i *inspection) queue() {
	i.t.Helper()
	i.in(demoBooks + "/queue")
	i.do(chromedp.Click(chromedp.CSS(`main table.list tbody tr:nth-child(1) input`)), chromedp.Click(chromedp.CSS(`main table.list tbody tr:nth-child(2) input`)))
	i.press(`main form[action$="/bulk"] .actions button`)
	i.look("lines picked")
	i.at(demoBooks + "/queue?q=zzzz")
	i.in(demoBooks + "/queue")
	i.press(`main a[data-key="n"]`)
	i.expect(422, chromedp.Click(chromedp.CSS(`#exclude button[type="submit"]`)))
	i.look("line of the queue refused")
}

// posting goes from an entry of a project to what was allocated of it, and to what can be made of that.
func (i *inspection) posting() {
	i.t.Helper()
	i.in("/projects/36/postings")
	i.press(`main a[href*="/finance/postings/"]`)
	i.press(`main a.button[href*="/finance/queue/"]`)
	line := i.where()
	i.press(`main a[data-key="r"]`)
	i.look("rules proposed")
	i.in(line)
	i.press(`main a[href*="/batches/"]`)
	i.look("batch")
	i.in(line)
	i.press(`main a[href$="/allocations"]`)
	i.press(`main a[href*="/allocations/"]`)
	i.look("allocation moved")
}

// refusedBooks looks at forms of the books that were refused.
func (i *inspection) refusedBooks() {
	i.t.Helper()
	for _, path := range []string{"/envelopes/new", "/rules/new", "/assertions/new", "/years/new", "/commitments/rekeys"} {
		i.in(demoBooks + path)
		i.expect(422, chromedp.Click(chromedp.CSS(submit)))
		i.look(path + " refused")
	}
}
