package portfolio

import (
	"embed"
	"encoding/json"
	"fmt"

	"jalon/internal/fault"
	"jalon/portfolio/scoring"
)

// The templates that a grid can begin as.
const (
	// TemplatePublicValue holds five axes of public value with levels A to D, the same weight each, after the axes of MAREVA, the method by which the
	// French State weighs its digital projects, and four gates of capability.
	TemplatePublicValue = "public_value"
	// TemplateBlank holds nothing.
	TemplateBlank = "blank"
)

// GridTemplates lists the templates in display order.
var GridTemplates = []string{TemplatePublicValue, TemplateBlank}

// The texts of a grid are data that its authority changes, so a template holds them in each language of the site.
//
//go:embed gridtemplate
var gridTemplates embed.FS

type templateCriterion struct {
	Code        string       `json:"code"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Kind        scoring.Kind `json:"kind"`
	Gate        int64        `json:"gate"`
	Levels      []GridLevel  `json:"levels"`
}

// newGrid makes the draft of a template in a language; in French where there is none in it.
func newGrid(template, locale string) (Grid, error) {
	g := Grid{State: GridDraft, Weighting: WeightingDirect, Number: 1}
	if template == TemplateBlank {
		return g, nil
	}
	if template != TemplatePublicValue {
		return g, fault.NotFound("grid_template", template)
	}
	data, err := gridTemplates.ReadFile("gridtemplate/" + template + "." + locale + ".json")
	if err != nil {
		if data, err = gridTemplates.ReadFile("gridtemplate/" + template + ".fr.json"); err != nil {
			return g, fmt.Errorf("read grid template: %w", err)
		}
	}
	var in struct {
		Name     string              `json:"name"`
		Criteria []templateCriterion `json:"criteria"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return g, fmt.Errorf("read grid template: %w", err)
	}
	g.Name = in.Name
	for i, c := range in.Criteria {
		g.Criteria = append(g.Criteria, Criterion{Code: c.Code, Name: c.Name, Description: c.Description, Kind: c.Kind, Gate: c.Gate, Position: i + 1, Levels: c.Levels})
	}
	g.reweigh()
	return g, nil
}
