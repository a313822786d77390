package finance

import (
	"context"
	"testing"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func TestLimits(t *testing.T) {
	usual := forecast.DefaultThresholds(money.EUR.Unit())
	strict := usual
	strict.ExposureAmber, strict.Version = 8000, 3
	tests := []struct {
		name, text string
		want       forecast.Thresholds
		blames     string
	}{
		{"none set", "{}", usual, ""},
		{"one set", `{"version":3,"exposure_amber":8000}`, strict, ""},
		{"unknown limit", `{"exposure_amber":8000,"colour":1}`, forecast.Thresholds{}, "thresholds"},
		{"a fraction", `{"exposure_amber":80.5}`, forecast.Thresholds{}, "thresholds"},
		{"two values", `{} {}`, forecast.Thresholds{}, "thresholds"},
		{"no JSON", `exposure`, forecast.Thresholds{}, "thresholds"},
		{"nothing", ``, forecast.Thresholds{}, "thresholds"},
		{"red before amber", `{"exposure_red":10}`, forecast.Thresholds{}, "exposure_red"},
	}
	for _, tc := range tests {
		got, err := Settings{Thresholds: tc.text}.Limits(money.EUR)
		if blamed(err) != tc.blames || (err == nil && got != tc.want) {
			t.Errorf("%s: %+v, %v; want %+v, blaming %q", tc.name, got, err, tc.want, tc.blames)
		}
	}
	text, err := ThresholdsText(strict)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := (Settings{Thresholds: text}).Limits(money.EUR); err != nil || back != strict {
		t.Errorf("written and read again: %+v, %v", back, err)
	}
}

func TestSettingsValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Settings)
		blames string
	}{
		{"usual", func(*Settings) {}, ""},
		{"SIRET", func(s *Settings) { s.SIRET = "22350001800013" }, ""},
		{"SIRET with a wrong digit", func(s *Settings) { s.SIRET = "22350001800014" }, "siret"},
		{"SIRET too short", func(s *Settings) { s.SIRET = "2235" }, "siret"},
		{"SIRET with a letter", func(s *Settings) { s.SIRET = "2235000180001A" }, "siret"},
		{"basis", func(s *Settings) { s.AmountBasis = "net" }, "amount_basis"},
		{"cost basis", func(s *Settings) { s.CostBasis = "" }, "cost_basis"},
		{"check", func(s *Settings) { s.AllotmentCheck = "maybe" }, "allotment_check"},
		{"share", func(s *Settings) { s.WithdrawalShare = 10001 }, "withdrawal_share"},
		{"lines", func(s *Settings) { s.WithdrawalLines = -1 }, "withdrawal_lines"},
	}
	for _, tc := range tests {
		s := defaultSettings(1)
		tc.change(&s)
		if got := blamed(s.Validate()); got != tc.blames {
			t.Errorf("%s: blames %q, want %q", tc.name, got, tc.blames)
		}
	}
}

func TestSaveSettings(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1")
		officer, administrator := d.as(identity.RoleFinance, "Odile"), d.as(identity.RoleAdministrator, "Ada")
		held, err := d.service.Settings(ctx, officer, d.org.ID)
		if err != nil || held.AmountBasis != BasisTTC || held.AllotmentCheck != AllotmentWarns {
			t.Fatalf("before anybody chose: %+v, %v", held, err)
		}
		in := held
		in.AmountBasis, in.AllotmentCheck, in.LoneOfficer, in.Thresholds = BasisHT, AllotmentBlocks, true, `{"exposure_amber":8000}`
		saved, err := d.service.SaveSettings(ctx, officer, in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.service.Settings(ctx, officer, d.org.ID)
		if err != nil || got != saved || got.AmountBasis != BasisHT || got.LoneOfficer {
			t.Errorf("saved %+v, read %+v, %v", saved, got, err)
		}
		if limits, err := got.Limits(money.EUR); err != nil || limits.Version != 1 || limits.ExposureAmber != 8000 {
			t.Errorf("thresholds %+v, %v; want version 1", limits, err)
		}
		_, err = d.service.SaveSettings(ctx, officer, held)
		d.expectFault(err, fault.KindStale, "organisation.stale")
		again, err := d.service.SaveSettings(ctx, officer, got)
		if err != nil || again.Thresholds != got.Thresholds {
			t.Errorf("thresholds that did not change became %s, %v", again.Thresholds, err)
		}
		_, err = d.service.SaveSettings(ctx, administrator, again)
		d.expectFault(err, fault.KindForbidden, "permission.denied")

		d.expectFault(d.service.SetLoneOfficer(ctx, officer, d.org.ID, again.Version, true), fault.KindForbidden, "permission.denied")
		if err := d.service.SetLoneOfficer(ctx, administrator, d.org.ID, again.Version, true); err != nil {
			t.Fatal(err)
		}
		now, err := d.service.Settings(ctx, officer, d.org.ID)
		if err != nil || !now.LoneOfficer {
			t.Fatalf("the lone officer: %+v, %v", now, err)
		}

		d.newPosting(nil)
		now.SIRET = "22350001800013"
		if now, err = d.service.SaveSettings(ctx, officer, now); err != nil {
			t.Fatalf("the SIRET can be said at any time: %v", err)
		}
		now.AmountBasis = BasisTTC
		_, err = d.service.SaveSettings(ctx, officer, now)
		d.expectFault(err, fault.KindConflict, "finance.setting.basis_in_use")
	})
}
