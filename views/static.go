package views

import (
	"net/url"

	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// MethodsPage says how figures are computed.
type MethodsPage struct{ Base }

func (MethodsPage) template() string { return "methods" }

// DriftMethod is the version of the drift method that runs now; every figure carries its own.
func (MethodsPage) DriftMethod() string { return drift.Method }

// Schedule and Cost are the reference lines.
func (MethodsPage) Schedule() money.BasisPoints { return drift.ReferenceSchedule }

// Cost is the reference line of the cost deviation.
func (MethodsPage) Cost() money.BasisPoints { return drift.ReferenceCost }

// Thresholds are those of a roadmap that set none.
func (MethodsPage) Thresholds() drift.Thresholds { return drift.DefaultThresholds() }

// Colours lists the badges.
func (p MethodsPage) Colours() []Badge {
	out := make([]Badge, len(colours))
	for i, c := range colours {
		out[i] = p.Badge(c)
	}
	return out
}

// ErrorPage says that something cannot be had, and why, in the reader's language. What went wrong
// inside never shows: RequestID finds it in the log.
type ErrorPage struct {
	Base
	Status    int
	Message   string
	Details   []string
	RequestID string // "" for what the reader can mend
}

func (ErrorPage) template() string { return "error" }

// SignIn leads whoever must sign in first there, and back to this page; "" when that is not what is missing.
func (p ErrorPage) SignIn() string {
	if p.Status != 401 {
		return ""
	}
	return SignInURL + "?" + url.Values{"return_to": {p.Path}}.Encode()
}
