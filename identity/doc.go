// Package identity knows who acts and for which organisation: administrations and the networks
// above them, actors, and what each kind of actor may do.
package identity
