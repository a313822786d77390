// Package scoring turns the levels that people give a candidate into its value, and says how far that value can be trusted.
//
// Value and capability are kept apart: criteria of value are weighed and rank, criteria of capability stop who is below their gate, however high
// the value. The value of a candidate is the weighted sum of its levels, each as a share of the best level of its criterion:
//
//	value = Σ weight · level ÷ best level, with weights that sum to 1
//
// It is reckoned in fractions, never in floating point, so that the same scores give the same order everywhere. It is shown as points from 0 to
// 1000. Ties are broken by a rule that is stated with the ranking (Rank).
//
// Weights are given directly or found from comparisons of criteria two by two (Compare). How much a ranking hangs on them is found by varying
// them (Vary): a candidate that is kept in 940 draws of 1,000 is a safe one, one that is kept in half of them is worth talking about. Where two scorers
// differ, an average would hide it: Gaps puts the greatest difference first.
package scoring
