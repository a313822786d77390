package identity

// Permission names one thing that an actor may do. Routes and use cases name the same one.
type Permission string

// The permissions. Reading costs is one of its own: who does not hold it gets reports without amounts.
const (
	PermReadPortfolio    Permission = "portfolio.read"
	PermReadCost         Permission = "portfolio.read_cost"
	PermEditPortfolio    Permission = "portfolio.edit"    // roadmaps, themes, projects, dependencies, exits, many projects at once
	PermImportPortfolio  Permission = "portfolio.import"  // lists of projects
	PermReleaseRoadmap   Permission = "roadmap.release"   // show a roadmap's averages to the network
	PermEditProject      Permission = "project.edit"      // estimates, milestones, sheet of a project
	PermReportStatus     Permission = "status.report"     // the weather of a project
	PermRequest          Permission = "request.create"    // requests of one's own: drafts are nobody else's
	PermExamineRequest   Permission = "request.examine"   // weigh what was submitted; send it back, make it a candidate, defer or refuse it
	PermScore            Permission = "portfolio.score"   // give scores to candidates
	PermEditScenario     Permission = "scenario.edit"     // scenarios of a selection
	PermReadGovernance   Permission = "governance.read"   // committees and decisions
	PermReadPack         Permission = "pack.read"         // packs hold amounts
	PermEditCommittee    Permission = "committee.edit"    // committees and their members
	PermDecide           Permission = "governance.decide" // book what a committee decided
	PermFreezePack       Permission = "pack.freeze"
	PermReadLedger       Permission = "finance.read" // lines of the finance system with their suppliers; amounts alone are read_cost
	PermImportLedger     Permission = "finance.import"
	PermReconcile        Permission = "finance.reconcile" // allocations, rules, shares of commitments
	PermEditBudget       Permission = "finance.budget"    // envelopes and votes, budgets of projects, fiscal years
	PermClosePeriod      Permission = "finance.close"     // assertions, certificates, re-opening
	PermForecast         Permission = "finance.forecast"  // what a project still needs, and why its cost moved
	PermEditFunding      Permission = "finance.funding"
	PermReadNetwork      Permission = "network.read" // what organisations released to their network
	PermEditOrganisation Permission = "organisation.edit"
	PermEditUsers        Permission = "users.edit" // accounts and grants of an organisation
	PermReadAudit        Permission = "audit.read"
	PermOwnAccount       Permission = "account.own" // everybody who signed in
)

// Role is what a grant makes of a user.
type Role string

// The roles.
const (
	RoleAdministrator   Role = "administrator"
	RoleRoadmapManager  Role = "roadmap_manager"
	RoleProjectManager  Role = "project_manager"
	RoleFinance         Role = "finance"
	RoleCommitteeMember Role = "committee_member"
	RoleReader          Role = "reader"
)

// Roles lists the roles in display order.
var Roles = []Role{RoleAdministrator, RoleRoadmapManager, RoleProjectManager, RoleFinance, RoleCommitteeMember, RoleReader}

// Permissions lists every permission in display order.
var Permissions = []Permission{PermReadPortfolio, PermReadCost, PermEditPortfolio, PermImportPortfolio, PermReleaseRoadmap, PermEditProject, PermReportStatus,
	PermRequest, PermExamineRequest, PermScore, PermEditScenario, PermReadGovernance, PermReadPack, PermEditCommittee, PermDecide, PermFreezePack, PermReadLedger, PermImportLedger, PermReconcile,
	PermEditBudget, PermClosePeriod, PermForecast, PermEditFunding, PermReadNetwork, PermEditOrganisation, PermEditUsers, PermReadAudit, PermOwnAccount}

// table is the one place that says what a role may do. An administrator looks after accounts and sees
// what they protect, but steers nothing: who does both holds two grants.
var table = map[Role]map[Permission]bool{
	RoleAdministrator: set(PermReadPortfolio, PermReadCost, PermRequest, PermReadLedger, PermReadGovernance, PermReadPack, PermReadNetwork, PermEditOrganisation, PermEditUsers, PermReadAudit),
	RoleRoadmapManager: set(PermReadPortfolio, PermReadCost, PermEditPortfolio, PermImportPortfolio, PermReleaseRoadmap, PermEditProject, PermReportStatus,
		PermRequest, PermExamineRequest, PermScore, PermEditScenario, PermReadGovernance, PermReadPack, PermEditCommittee, PermDecide, PermFreezePack,
		PermReadLedger, PermReconcile, PermEditBudget, PermClosePeriod, PermForecast, PermEditFunding, PermReadNetwork),
	RoleProjectManager: set(PermReadPortfolio, PermReadCost, PermEditProject, PermReportStatus, PermRequest, PermScore, PermReadLedger, PermForecast, PermReadGovernance, PermReadPack, PermReadNetwork),
	RoleFinance: set(PermReadPortfolio, PermReadCost, PermRequest, PermScore, PermReadLedger, PermImportLedger, PermReconcile, PermEditBudget, PermClosePeriod, PermEditFunding,
		PermReadGovernance, PermReadPack, PermReadNetwork),
	RoleCommitteeMember: set(PermReadPortfolio, PermReadCost, PermRequest, PermScore, PermReadGovernance, PermReadPack, PermReadNetwork),
	RoleReader:          set(PermReadPortfolio, PermRequest, PermReadGovernance, PermReadNetwork),
}

func set(list ...Permission) map[Permission]bool {
	out := make(map[Permission]bool, len(list))
	for _, p := range list {
		out[p] = true
	}
	return out
}

var permissions = set(Permissions...)

func known(p Permission) bool { return permissions[p] }

// Allows tells whether a role holds a permission.
func (r Role) Allows(p Permission) bool { return table[r][p] }

// Valid tells whether the role is one of Roles.
func (r Role) Valid() bool { return table[r] != nil }
