// Package forecast says where a budget stands and where it will land: positions, earned value, estimates at
// completion, year-end landings, phasing, reference classes, causes of a change of cost, early warnings, accuracy of
// past forecasts, and what comes back from the State and from co-funders. It is pure: no clock, no database, no
// float. The day is an argument.
//
// Vocabulary (the French term in brackets):
//
//   - open (crédits ouverts): the sum of all votes;
//   - commitment (engagement): its net is the sum of its events, its mandated part the sum of the payment orders on it;
//   - DENM (dépenses engagées non mandatées): what commitments still call for, taken per commitment and then summed,
//     so that an over-mandated one never hides what another has left;
//   - exposure: mandated + DENM, what is spent or bound;
//   - available (disponible): open − exposure;
//   - to commit (reste à engager): the ceiling − exposure; to pay (reste à payer): what of the exposure is not mandated;
//   - to go (reste à faire): what the project manager still expects to spend; EAC (coût à terminaison): actual + to go;
//   - landing (atterrissage): what a year's credits will have been spent by its close.
//
// Amounts are minor units of one currency; which one, and whether with VAT, stands beside them once. A ratio is an
// exact fraction, nil where it is undefined: 0 would be a measure. It is rounded once, when it is shown; see BasisPoints.
// Every result names the method that it was derived by, so that an old one can be derived again.
package forecast
