package portfolio

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// SkillID is the key of a skill.
type SkillID int64

// Skill is what people can do and projects need, in the words of the organisation.
type Skill struct {
	ID             SkillID
	OrganisationID int64
	Code           string
	Name           string
	Description    string
	Position       int
	Version        int64 // optimistic lock
}

// Validate reports every rule the skill breaks.
func (s Skill) Validate() error {
	var f fault.Fields
	checkCode(&f, s.Code)
	checkName(&f, "name", s.Name)
	checkText(&f, "description", s.Description)
	f.Check(s.Position >= 0, "position", "strand.position")
	return f.Err()
}

// SkillNeed is work of a skill in a quarter: what a request or a project needs, or what a roadmap has.
// Tenths are tenths of a working day.
type SkillNeed struct {
	Skill   SkillID
	Quarter civil.Quarter
	Tenths  int64
}

// Limits of needs: more than a thousand people for a quarter, and more cells than any plan has.
const (
	mostTenths = 1_000_000
	mostNeeds  = 2_000
)

// checkSkillNeeds reports needs that cannot be and pairs that stand twice.
func checkSkillNeeds(f *fault.Fields, field string, all []SkillNeed) {
	f.Check(len(all) <= mostNeeds, field, "skill.too_many", mostNeeds)
	seen := map[SkillNeed]bool{}
	for _, n := range all {
		f.Check(n.Skill > 0, field, "input.required")
		f.Check(!n.Quarter.IsZero(), field, "input.required")
		f.Check(n.Tenths >= 0, field, "input.negative")
		f.Check(n.Tenths <= mostTenths, field, "skill.too_much", mostTenths/10)
		place := SkillNeed{Skill: n.Skill, Quarter: n.Quarter}
		if seen[place] {
			f.Add(field, "skill.need_twice", n.Quarter.String())
		}
		seen[place] = true
	}
}

// orderNeeds orders needs by quarter and skill, so that equal plans are written alike.
func orderNeeds(all []SkillNeed) {
	slices.SortFunc(all, func(a, b SkillNeed) int {
		return cmp.Or(cmp.Compare(b.Quarter.Until(a.Quarter), 0), cmp.Compare(a.Skill, b.Skill))
	})
}

// planMark is a number that changes with a plan: whoever saves one holds it against what they saw. A plan has no row of its own that could carry a
// version. It is never 0 nor negative.
func planMark(all []SkillNeed) int64 {
	sorted := slices.Clone(all)
	orderNeeds(sorted)
	h := sha256.New()
	for _, n := range sorted {
		fmt.Fprintf(h, "%d %s %d\n", n.Skill, n.Quarter, n.Tenths)
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil))>>1 | 1)
}
