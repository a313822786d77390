package demo

import (
	"fmt"
	"strings"
)

// supplier is a firm of the story. None of them exists.
type supplier struct{ name, siret string }

var (
	firmKinds = [...]string{"Atelier", "Société", "Coopérative", "Groupe", "Cabinet", "Éditions", "Établissements", "Compagnie"}
	firmNames = [...]string{"Vallon Numérique", "des Trois Burons", "Sagne & Fils", "Haute-Lande Logiciels", "du Puy Clair", "Estive Conseil",
		"Orgues Systèmes", "Narse Intégration", "Planèze Réseaux", "du Chêne Bleu", "Rocaille Hébergement", "Margeride Data"}
)

// supplierOf gives the firm that does a sort of work for a project.
func supplierOf(words ...string) supplier {
	n := vary(len(firmNames)*len(firmKinds), words...)
	return supplier{firmKinds[n%len(firmKinds)] + " " + firmNames[n/len(firmKinds)], siretOf(n)}
}

// siretOf gives an invented number of an establishment: its fourteen digits pass the check of the finance system, while the nine of its enterprise
// fail theirs, so that nobody bears it and nobody ever will.
func siretOf(n int) string {
	siren := fmt.Sprintf("9%07d", 1_000_000+n*7_919)
	check := luhn(siren + "0")
	siren += string(rune('0' + (check+1+n%8)%10)) // any digit but the right one
	nic := fmt.Sprintf("%04d", 1+n%7)
	return siren + nic + string(rune('0'+luhn(siren+nic+"0")))
}

// luhn is the last digit that the number needs in the place of its own.
func luhn(digits string) int {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// contractOf is the number of a contract.
func contractOf(year int, words ...string) string {
	return fmt.Sprintf("%d-M-%04d", year, 100+vary(900, words...))
}

// wrong is the number of a commitment as somebody mistypes it: a letter in the place of its first zero.
func wrong(number string) string { return strings.Replace(number, "-0", "-O", 1) }
