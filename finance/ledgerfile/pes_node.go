package ledgerfile

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"

	"jalon/internal/fault"
)

// node is an element of a PES file that is kept: its value, or the kept elements within it.
type node struct {
	name, value string
	within      []node
}

// pesKept names the elements that are kept. All others are passed over with everything within them:
// bank accounts, direct debits, addresses, references of attachments, what concerns patients,
// signatures, and whatever later versions add. A list of what to drop would one day miss something.
var pesKept = wordSet(`EnTetePES IdPost IdColl CodCol CodColl CodBud
	BlocBordereau Exer IdBord DteBordEm TypBord NbrPce MtCumulAnnuel MtBordHT MtBordHt MtBordTVA Objet
	BlocPiece InfoPce InfoPiece CodServ IdPce TypPce NatPce Obj ObjPce DteEch DGP Dgp DteDebDgp DteFinDgp DureeDgp
	DtePcePec EtatPce ObsEtat Commentaire DtePceRej DtePceInst
	LigneDePiece BlocLignePiece InfoLignePce InfoLignePiece IdLigne ObjLignePce CodProdLoc Nature Fonction Operation CptAna Facture
	LibVir1 LibVir2 ModRegl TVAIntraCom TvaIntraCom TxTva CpteTiers MtHT MtTVA MtFactHT EtatLigPce
	InfoPaiement NbrPay MtPayTot PaiementEmargement OrgEma DtePay MtPay
	OpSpec CodOpSpec IdOpSpec RattachPiece NatPceOrig ExerRat IdPceOrig IdLigneOrig
	LiensIdent IdConv IdMarche IdEmpruntOrdo IdActif IdRegie
	Tiers InfoTiers IdTiers NatIdTiers RefTiers CatTiers NatJur Nom ComplNom`)

// pesMany names the kept elements that may stand more than once in their parent.
var pesMany = wordSet("Tiers PaiementEmargement")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// node reads the element that was opened last, up to its end. room is how many bytes it may still
// take.
func (x *elements) node(e xml.StartElement, room *int) (node, error) {
	n := node{name: e.Name.Local, value: withoutIBAN(valueOf(e))}
	if *room -= len(n.name) + len(n.value) + 16; *room < 0 {
		return n, fault.Invalid("ledger.pes.large", x.src.line, MaxLineBytes>>10)
	}
	err := x.each(func(e xml.StartElement) error {
		name := e.Name.Local
		if !pesKept[name] {
			return x.skip()
		}
		if !pesMany[name] && slices.ContainsFunc(n.within, func(o node) bool { return o.name == name }) {
			return fault.Invalid("ledger.pes.twice", name, x.src.line)
		}
		child, err := x.node(e, room)
		n.within = append(n.within, child)
		return err
	})
	if n.name == "InfoTiers" && !companyNumber[n.get("NatIdTiers")] {
		n.within = slices.DeleteFunc(n.within, func(o node) bool { return o.name == "IdTiers" })
	}
	return n, err
}

// companyNumber are the kinds of identifiers of third parties (NatIdTiers) that are kept: SIRET and
// SIREN. One of the others is the social security number.
var companyNumber = wordSet("01 02")

// at gives the first element on a way of names, nil when there is none.
func (n *node) at(way ...string) *node {
	for _, name := range way {
		i := slices.IndexFunc(n.within, func(o node) bool { return o.name == name })
		if i < 0 {
			return nil
		}
		n = &n.within[i]
	}
	return n
}

// get gives the value of the first of some elements that has one: the same datum is spelt in two ways
// in expenditures and in revenues.
func (n *node) get(names ...string) string {
	if n == nil {
		return ""
	}
	for _, name := range names {
		if c := n.at(name); c != nil && c.value != "" {
			return c.value
		}
	}
	return ""
}

// write writes the node as XML.
func (n *node) write(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(n.name)
	if n.value != "" || len(n.within) == 0 {
		b.WriteString(` V="`)
		_ = xml.EscapeText(b, []byte(n.value)) // a buffer takes everything
		b.WriteByte('"')
	}
	if len(n.within) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for i := range n.within {
		n.within[i].write(b)
	}
	b.WriteString("</")
	b.WriteString(n.name)
	b.WriteByte('>')
}
