package selection

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Sample makes a problem shaped like a roadmap's: candidates with costs over some years in two sections and needs of skills, value that follows cost with much
// noise, a tenth of requires, a tenth of excludes, themes with least shares. Credits are 40 to 60 % of what all candidates ask for; of skills there are 60 to 110 %, so that
// some are short and others are not. The same seed gives the same problem. Benchmarks are taken of it.
func Sample(seed uint64, candidates, years, skills int) Problem {
	return sample(seed, candidates, years, skills, 60, 50)
}

// SampleTight is a harder one, in which every skill is as short as the credits.
func SampleTight(seed uint64, candidates, years, skills int) Problem {
	return sample(seed, candidates, years, skills, 40, 20)
}

// sample draws the capacities: a least percentage of what is asked for, and up to so much more.
func sample(seed uint64, candidates, years, skills, least, within int) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	p := Problem{Limits: map[string]int64{}, Themes: map[string]Theme{}}
	total := map[string]int64{}
	for i := range candidates {
		size := int64(20+r.IntN(180)) * 1000
		c := Project{ID: fmt.Sprintf("P%d", i+1), Uses: map[string]int64{}, Theme: fmt.Sprintf("T%d", 1+r.IntN(5))}
		c.Value = size/1000 + int64(r.IntN(120)) + 10
		from, length := r.IntN(years), 1+r.IntN(min(3, years))
		for y := from; y < min(years, from+length); y++ {
			invest := size * int64(40+r.IntN(50)) / 100 / int64(length)
			c.Uses[fmt.Sprintf("%d/I", 2027+y)] = invest
			c.Uses[fmt.Sprintf("%d/F", 2027+y)] = size/int64(length) - invest
		}
		for range 1 + r.IntN(3) {
			c.Uses[fmt.Sprintf("skill%d", 1+r.IntN(skills))] += int64(5 + r.IntN(60))
		}
		for k, u := range c.Uses {
			total[k] += u
		}
		if i > 0 && r.IntN(10) == 0 {
			c.Requires = []string{fmt.Sprintf("P%d", 1+r.IntN(i))}
		}
		if i > 0 && r.IntN(10) == 0 {
			c.Excludes = []string{fmt.Sprintf("P%d", 1+r.IntN(i))}
		}
		p.Projects = append(p.Projects, c)
	}
	percent := func(key string) int {
		if strings.HasPrefix(key, "skill") {
			return least + r.IntN(within)
		}
		return 40 + r.IntN(20)
	}
	for _, k := range sorted(total) {
		p.Limits[k] = total[k] * int64(percent(k)) / 100
	}
	p.Themes["T1"] = Theme{MinProjects: int64(candidates) / 15, MinValueBP: 1500}
	p.Themes["T2"] = Theme{MinValueBP: 1200, MaxUseBP: map[string]int64{"2027/I": 3000}}
	p.Themes["T3"] = Theme{MinProjects: 2}
	for y := range years {
		p.FrontierKeys = append(p.FrontierKeys, fmt.Sprintf("%d/I", 2027+y), fmt.Sprintf("%d/F", 2027+y))
	}
	return p
}
