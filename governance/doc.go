// Package governance is what committees do: when they sit, what they are shown, and what they
// decide. It composes the domains below it.
//
// Invariants: a pack is a frozen snapshot of report values with the bytes that were rendered from
// it; it never changes, a correction is a new edition that lists its errata. A decision is written
// once; what it decides is applied in the same transaction.
package governance
