package identity_test

import (
	"context"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/money"
)

// at is the instant at which everything happens.
var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

var operator = identity.Operator("test")

func newService(db *database.DB) *identity.Service {
	return identity.New(db, func() time.Time { return at })
}

// organisation is a valid one; change makes of it what the test is about.
func organisation(code string, change func(*identity.Organisation)) identity.Organisation {
	o := identity.Organisation{Code: code, Name: "Département de " + code, Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}
	if change != nil {
		change(&o)
	}
	return o
}

// newOrganisation books a valid organisation.
func newOrganisation(t *testing.T, db *database.DB, code string, change func(*identity.Organisation)) identity.Organisation {
	t.Helper()
	o, err := newService(db).Create(context.Background(), operator, organisation(code, change))
	if err != nil {
		t.Fatal(err)
	}
	return o
}
