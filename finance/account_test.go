package finance

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestAccountsOf(t *testing.T) {
	accounts := NewAccounts([]Account{
		{Prefix: "6156", Label: "Maintenance", Category: CategoryCloud, Recovery: RecoveryNone},
		{Prefix: "61561", Label: "Maintenance applicative", Section: operations, Category: CategoryBuild, Recovery: RecoveryNone},
		{Prefix: "R42", Label: "IT contracts", Section: operations, Category: CategoryServices, Recovery: RecoveryNone},
	})
	tests := []struct {
		nature, section string
		category        Category
		recovery        Recovery
	}{
		{"2031", investment, CategoryStudies, RecoveryNone},
		{"2051", investment, CategorySoftware, RecoveryInvestment},
		{"205", investment, CategoryOther, RecoveryNone}, // shorter than any prefix
		{"20512", investment, CategorySoftware, RecoveryInvestment},
		{"21831", investment, CategoryHardware, RecoveryInvestment},
		{"21838", investment, CategoryHardware, RecoveryInvestment},
		{"2328", investment, CategoryBuild, RecoveryInvestment},
		{"2324", investment, CategoryGrants, RecoveryNone}, // below 232
		{"238", investment, CategoryBuild, RecoveryNone},
		{"20421", investment, CategoryGrants, RecoveryNone},
		{"617", operations, CategoryStudies, RecoveryNone},
		{"62268", operations, CategoryAdvice, RecoveryNone},
		{"62261", operations, CategoryOther, RecoveryNone},
		{"65811", operations, CategoryCloud, RecoveryCloud},
		{"65818", operations, CategoryCloud, RecoveryNone},
		{"6512", operations, CategoryOther, RecoveryNone},
		{"64111", operations, CategoryStaff, RecoveryNone},
		{"773", operations, CategoryCorrection, RecoveryNone},
		{"10222", investment, CategoryFunding, RecoveryNone},
		{"1321", investment, CategoryFunding, RecoveryNone},
		{"6156", operations, CategoryCloud, RecoveryNone}, // the organisation's own, whose section the chart tells
		{"61568", operations, CategoryCloud, RecoveryNone},
		{"615611", operations, CategoryBuild, RecoveryNone},
		{"r4200", operations, CategoryServices, RecoveryNone},
		{"R4", "", CategoryOther, RecoveryNone},
		{"4011", "", CategoryOther, RecoveryNone}, // a third party's
		{"", "", CategoryOther, RecoveryNone},
		{"2051 ", investment, CategorySoftware, RecoveryInvestment},
		{"é2051", "", CategoryOther, RecoveryNone},
	}
	for _, tc := range tests {
		a := accounts.Of(tc.nature)
		if a.Section != tc.section || a.Category != tc.category || a.Recovery != tc.recovery {
			t.Errorf("Of(%q) = %s %s %s, want %s %s %s", tc.nature, a.Section, a.Category, a.Recovery, tc.section, tc.category, tc.recovery)
		}
	}
	if a := (Accounts{}).Of("6156"); a.Section != operations || a.Category != CategoryOther {
		t.Errorf("without any prefix 6156 is %s %s", a.Section, a.Category)
	}
}

// TestAccountsProperty holds the tree against a search through all prefixes.
func TestAccountsProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 7))
	text := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte("0123456789AZ"[r.IntN(12)])
		}
		return b.String()
	}
	for range 200 {
		var own []Account
		for range r.IntN(40) {
			if p := text(6); p != "" {
				own = append(own, Account{Prefix: p, Label: p, Category: Categories[r.IntN(len(Categories))], Recovery: RecoveryNone})
			}
		}
		accounts := NewAccounts(own)
		for range 50 {
			nature, want := text(9), ""
			for _, a := range accounts.List() {
				if strings.HasPrefix(nature, a.Prefix) && len(a.Prefix) > len(want) {
					want = a.Prefix
				}
			}
			if got := accounts.Of(nature).Prefix; got != want {
				t.Fatalf("Of(%q) found %q, the longest is %q", nature, got, want)
			}
		}
	}
}

func TestAccountsCostNoMemory(t *testing.T) {
	accounts := NewAccounts(nil)
	if n := testing.AllocsPerRun(100, func() { _ = accounts.Of("65811") }); n != 0 {
		t.Errorf("looking an account up takes %v allocations", n)
	}
}

func TestDefaultAccountsAreValid(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range defaultAccounts {
		if err := a.Validate(); err != nil {
			t.Errorf("%s: %v", a.Prefix, err)
		}
		if seen[a.Prefix] {
			t.Errorf("%s stands twice", a.Prefix)
		}
		seen[a.Prefix] = true
		if chart := (Accounts{}).Of(a.Prefix).Section; chart != a.Section {
			t.Errorf("%s is of section %s, the chart of accounts says %s", a.Prefix, a.Section, chart)
		}
	}
}

func TestAccountValidate(t *testing.T) {
	good := Account{Prefix: "6156", Label: "Maintenance", Category: CategoryRun, Recovery: RecoveryNone}
	tests := []struct {
		name   string
		change func(*Account)
		field  string
	}{
		{"whole", func(*Account) {}, ""},
		{"no prefix", func(a *Account) { a.Prefix = "" }, "prefix"},
		{"small letter", func(a *Account) { a.Prefix = "r42" }, "prefix"},
		{"point", func(a *Account) { a.Prefix = "6.1" }, "prefix"},
		{"accent", func(a *Account) { a.Prefix = "6É" }, "prefix"},
		{"long", func(a *Account) { a.Prefix = strings.Repeat("1", 21) }, "prefix"},
		{"no label", func(a *Account) { a.Label = " " }, "label"},
		{"label of two lines", func(a *Account) { a.Label = "a\nb" }, "label"},
		{"section", func(a *Account) { a.Section = "X" }, "section"},
		{"category", func(a *Account) { a.Category = "yachts" }, "category"},
		{"recovery", func(a *Account) { a.Recovery = "all" }, "recovery"},
	}
	for _, tc := range tests {
		a := good
		tc.change(&a)
		if got := blamed(a.Validate()); got != tc.field {
			t.Errorf("%s: blames %q, want %q", tc.name, got, tc.field)
		}
	}
}

// blamed lists the fields that an error blames, each once.
func blamed(err error) string {
	var names []string
	if f := fault.As(err); f != nil {
		for _, field := range f.Fields {
			if len(names) == 0 || names[len(names)-1] != field.Name {
				names = append(names, field.Name)
			}
		}
	}
	return strings.Join(names, " ")
}

func TestSaveAccount(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a"), newDesk(t, db, "b")
		officer := d.as(identity.RoleFinance, "Odile")
		own := Account{Prefix: "6156", Label: "Maintenance des serveurs", Section: operations, Category: CategoryCloud, Recovery: RecoveryNone}
		for range 2 { // a second word takes the place of the first
			if err := d.service.SaveAccount(ctx, officer, d.org.ID, own); err != nil {
				t.Fatal(err)
			}
		}
		find := func(d *desk) AccountLine {
			lines, err := d.service.Accounts(ctx, operator, d.org.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.Prefix == "6156" {
					return l
				}
			}
			return AccountLine{}
		}
		if l := find(d); !l.Own || l.Account != own {
			t.Errorf("6156 is %+v, want the organisation's own", l)
		}
		if l := find(other); l.Own || l.Category != CategoryRun {
			t.Errorf("6156 of another organisation is %+v", l)
		}
		if err := d.service.RemoveAccount(ctx, officer, d.org.ID, "6156"); err != nil {
			t.Fatal(err)
		}
		if l := find(d); l.Own || l.Category != CategoryRun {
			t.Errorf("after the removal 6156 is %+v, want the usual meaning", l)
		}
		d.expectFault(d.service.RemoveAccount(ctx, officer, d.org.ID, "6156"), fault.KindNotFound, "budget.account.not_found")
		d.expectFault(d.service.SaveAccount(ctx, d.as(identity.RoleProjectManager, "Paul"), d.org.ID, own), fault.KindForbidden, "permission.denied")
		d.expectFault(d.service.SaveAccount(ctx, other.as(identity.RoleFinance, "Omar"), d.org.ID, own), fault.KindNotFound, "organisation.not_found")
	})
}
