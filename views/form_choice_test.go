package views

import "testing"

// TestChosenOptionsAreValues holds that a form opens with what is stored, however that was told, and keeps what was emptied.
func TestChosenOptionsAreValues(t *testing.T) {
	options := []Choice{{Value: "", Text: "–"}, {Value: "a", Text: "A"}, {Value: "b", Text: "B", Selected: true}}
	f := Base{}.NewForm("/x", "", "", 0, Field{Name: "marked", Type: "select", Options: options}, Field{Name: "told", Type: "select", Options: options, Value: "a"})
	chosen := func(name string) (value string) {
		for _, x := range f.Items() {
			for _, o := range x.Options {
				if x.Name == name && o.Selected {
					value = o.Value
				}
			}
		}
		return value
	}
	if chosen("marked") != "b" || chosen("told") != "a" {
		t.Errorf("chosen are %q and %q, want b and a", chosen("marked"), chosen("told"))
	}
	f.Field("marked").Value = ""
	if got := chosen("marked"); got != "" {
		t.Errorf("emptied, the field says %q", got)
	}
	if !options[2].Selected {
		t.Error("the options of others were changed")
	}
}
