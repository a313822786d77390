package browsertest

import (
	"strings"
	"testing"
)

// person is somebody with an account.
type person struct{ name, email, password string }

var (
	anne  = person{"Anne Verdier", "anne.verdier@lormel.example", "clocher-lierre-vigne-81"}
	bruno = person{"Bruno Castel", "bruno.castel@autreville.example", "moulin-galet-tuile-27"}
)

// add makes an account on the machine, which is how the first one of an organisation comes about.
func (p program) add(who person, args ...string) {
	p.t.Helper()
	p.run(who.password+"\n", append([]string{"user", "add", who.email, "--name", who.name, "--password-stdin"}, args...)...)
}

// townList is the list of projects of a town, as its own export would write it.
var townList = strings.Join([]string{
	"Code;Nom;Besoin;Commanditaire;Chef de projet;Direction demandeuse;Thème;Phase;Coût complet;Devise;Début;Fin",
	"NUM-01;Numérisation des écoles;Équiper les 14 écoles;Direction générale;Léa Chambon;Éducation;Services;Conception / réalisation;1250000;EUR;2026-01-05;2027-06-30",
	"NUM-02;Archivage électronique;Garder les actes;Direction générale;Paul Roy;Archives;Données;Cadrage;480000;EUR;2026-03-01;2026-12-31",
	"NUM-03;Guichet des aides à l’énergie;Un seul dossier;Cabinet;Inès Moreau;Habitat;Services;Déploiement;310000;EUR;2025-09-01;2027-02-28",
}, "\r\n") + "\r\n"

// listedTown is a town whose roadmap holds the list; Anne looks after it.
func listedTown(t *testing.T) program {
	t.Helper()
	p := newProgram(t)
	p.add(anne)
	p.run("", "import", "projects", p.write("projets.csv", townList), "--roadmap", "FDR", "--profile", "jalon")
	return p
}

// settledTown is a town whose roadmap holds the list, on a site that runs; Anne looks after it and is signed in.
func settledTown(t *testing.T, width, height int) *visitor {
	t.Helper()
	p := listedTown(t)
	v := visit(t, p.serve("serve"), width, height)
	v.signIn(anne)
	return v
}

// project gives the address of a project, which it finds in the list.
func (v *visitor) project(code string) string {
	v.t.Helper()
	v.open("/roadmaps/1/projects")
	return evaluate[string](v, `[...document.querySelectorAll("table.list tbody tr")].find(r => r.innerText.includes(`+quoted(code)+`)).querySelector("th a").getAttribute("href")`)
}
