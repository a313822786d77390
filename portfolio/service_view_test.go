package portfolio

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestSavedViews(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		s, id := d.service, d.roadmap.ID
		anne, bruno := d.account("Anne"), d.account("Bruno")
		reader, manager, stranger := d.as(anne, identity.RoleReader), d.as(bruno, identity.RoleRoadmapManager), other.as(other.account("Zoé"), identity.RoleRoadmapManager)
		save := func(a identity.Actor, v SavedView) error { return s.SaveView(ctx, a, id, v) }
		seen := func(a identity.Actor) string {
			t.Helper()
			views, err := s.SavedViews(ctx, a, id)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, v := range views {
				out = append(out, fmt.Sprintf("%s?%s own=%v shared=%v", v.Name, v.Query, v.Own, v.Shared))
			}
			return strings.Join(out, " | ")
		}
		if err := save(reader, SavedView{Name: "Les miens", Query: "manager=Anne"}); err != nil {
			t.Fatal(err)
		}
		if err := save(manager, SavedView{Name: "En retard", Query: "late=1", Shared: true}); err != nil {
			t.Fatal(err)
		}
		if err := save(manager, SavedView{Name: "Les miens", Query: "manager=Bruno"}); err != nil {
			t.Fatal(err)
		}
		if got := seen(reader); got != "En retard?late=1 own=false shared=true | Les miens?manager=Anne own=true shared=false" {
			t.Errorf("the reader sees %s", got)
		}
		if got := seen(operator); got != "En retard?late=1 own=false shared=true" {
			t.Errorf("the operator sees %s", got)
		}
		views, err := s.SavedViews(ctx, manager, id)
		if err != nil {
			t.Fatal(err)
		}
		shared, own := views[0], views[1]
		tests := []struct {
			name string
			err  error
			kind fault.Kind
			key  string
		}{
			{"a name twice", save(reader, SavedView{Name: "Les miens"}), fault.KindConflict, "view.name_taken"},
			{"no name", save(reader, SavedView{}), fault.KindInvalid, "input.invalid"},
			{"a long query", save(reader, SavedView{Name: "x", Query: strings.Repeat("a", maxQuery+1)}), fault.KindInvalid, "input.invalid"},
			{"shared by a reader", save(reader, SavedView{Name: "x", Shared: true}), fault.KindForbidden, "permission.denied"},
			{"by the operator", save(operator, SavedView{Name: "x"}), fault.KindForbidden, "view.needs_account"},
			{"by a stranger", save(stranger, SavedView{Name: "x"}), fault.KindNotFound, "roadmap.not_found"},
			{"one of somebody else", save(reader, SavedView{ID: own.ID, Name: "x"}), fault.KindNotFound, "view.not_found"},
			{"a shared one of somebody else", save(reader, SavedView{ID: shared.ID, Name: "x"}), fault.KindNotFound, "view.not_found"},
			{"removed by who does not see it", s.RemoveView(ctx, reader, own.ID), fault.KindNotFound, "view.not_found"},
			{"removed by who only sees it", s.RemoveView(ctx, reader, shared.ID), fault.KindForbidden, "permission.denied"},
			{"removed by a stranger", s.RemoveView(ctx, stranger, shared.ID), fault.KindNotFound, "view.not_found"},
			{"removed by nobody", s.RemoveView(ctx, identity.Actor{}, shared.ID), fault.KindUnauthenticated, "permission.nobody"},
			{"an unknown one", s.RemoveView(ctx, manager, 999), fault.KindNotFound, "view.not_found"},
		}
		for _, tc := range tests {
			if expectFault(t, tc.err, tc.kind, tc.key); t.Failed() {
				t.Fatalf("case %q", tc.name)
			}
		}
		own.Name, own.Query = "À moi", "manager=Bruno&phase=build"
		if err := save(manager, own); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveView(ctx, operator, shared.ID); err != nil {
			t.Fatal(err)
		}
		if got := seen(manager); got != "À moi?manager=Bruno&phase=build own=true shared=false" {
			t.Errorf("the manager sees %s", got)
		}
		for i := 1; i < maxViews; i++ {
			if err := save(manager, SavedView{Name: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
		expectFault(t, save(manager, SavedView{Name: "de trop"}), fault.KindConflict, "view.too_many")
	})
}
