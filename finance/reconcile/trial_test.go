package reconcile

import (
	"math"
	"slices"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/money"
)

func TestTry(t *testing.T) {
	tried := rule(7, RankContract, 1, is(FieldContract, "C"))
	tried.Then.Parts = by(6000, 4000)
	rules := []Rule{tried, rule(8, RankContract, 9, is(FieldContract, "C"), is(FieldNature, "2313"))}
	m := mustCompile(t, rules, Directory{Codes: map[string]int64{"NUM035": 35}})
	line := func(ref int64, amount money.Amount, shares ...Share) Past {
		return Past{Facts: &Facts{Contract: "C", Amount: amount}, Ref: ref, Shares: shares}
	}
	surer, other, ambiguous, excluded := line(10, 1), line(11, 1), line(12, 16), line(13, 32, sharesOf(19, 13)...)
	surer.Facts.Analytic, other.Facts.Contract, ambiguous.Facts.Nature = "NUM035", "D", "2313"
	excluded.Shares, excluded.Excluded = nil, true
	past := []Past{
		line(1, 100, sharesOf(60, 40)...), // as the rule would
		line(2, 200, Share{Project: 2, Amount: 80}, Share{Project: 1, Amount: 100}, Share{Project: 1, Amount: 20}), // as well, in other pieces
		line(3, 400), // in the queue
		line(4, 800, sharesOf(100)...),
		line(5, 1600, sharesOf(0, 1600)...),          // otherwise
		line(6, 3200, Share{3, 10, 0}),               // somewhere else
		line(7, 6400, Share{1, 3840, 5}),             // on another line of the budget
		line(8, -100, sharesOf(-60, -40)...),         // a reduction
		line(9, -1000, Share{Unallocated, -1000, 0}), // in the queue, said in another way
		surer, other, ambiguous, excluded,
	}
	got, err := Try(m, tried.Ref(), slices.Values(past))
	want := Trial{Lines: 13, Taken: Volume{10, 11632}, Agrees: Volume{3, 200}, Covers: Volume{3, 200}, Contradicts: Volume{4, 11232}, Unsettled: Volume{1, 16}, Examples: []int64{5, 6, 7, 13}}
	if err != nil || got.Lines != want.Lines || got.Taken != want.Taken || got.Agrees != want.Agrees || got.Covers != want.Covers ||
		got.Contradicts != want.Contradicts || got.Unsettled != want.Unsettled || !slices.Equal(got.Examples, want.Examples) {
		t.Errorf("%+v, %v, want\n%+v", got, err, want)
	}
}

func TestTryAnExclusion(t *testing.T) {
	tried := Rule{ID: 7, Rank: RankContract, When: []Condition{is(FieldContract, "C")}, Then: Action{Exclude: true, Reason: "r"}}
	m := mustCompile(t, []Rule{tried}, Directory{})
	f := &Facts{Contract: "C", Amount: 5}
	got, err := Try(m, tried.Ref(), slices.Values([]Past{{Facts: f, Ref: 1, Excluded: true}, {Facts: f, Ref: 2}, {Facts: f, Ref: 3, Shares: sharesOf(5)}}))
	if one := (Volume{1, 5}); err != nil || got.Agrees != one || got.Covers != one || got.Contradicts != one || got.Taken != (Volume{3, 15}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTryRefusesSumsThatDoNotFit(t *testing.T) {
	tried := rule(7, RankContract, 1, is(FieldContract, "C"))
	m := mustCompile(t, []Rule{tried}, Directory{})
	f := &Facts{Contract: "C", Amount: math.MaxInt64}
	if _, err := Try(m, tried.Ref(), slices.Values([]Past{{Facts: f}, {Facts: f}})); fault.As(err) == nil {
		t.Errorf("%v", err)
	}
}

func TestTryFixedAmountsThatDoNotFit(t *testing.T) {
	tried := rule(7, RankContract, 1, is(FieldContract, "C"))
	tried.Then.Parts = fixed(10)
	m := mustCompile(t, []Rule{tried}, Directory{})
	got, err := Try(m, tried.Ref(), slices.Values([]Past{{Facts: &Facts{Contract: "C", Amount: 5}}, {Facts: &Facts{Contract: "C", Amount: 10}}}))
	if err != nil || got.Unsettled != (Volume{1, 5}) || got.Covers != (Volume{1, 10}) {
		t.Errorf("%+v, %v", got, err)
	}
}
