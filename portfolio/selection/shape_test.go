package selection

// portfolio makes a problem shaped like a roadmap's.
func portfolio(seed uint64, candidates, years, skills int) Problem {
	return SampleTight(seed, candidates, years, skills)
}
