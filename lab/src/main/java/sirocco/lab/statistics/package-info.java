/// Numbers with their errors: intervals by drawing anew, tests by permutation, ratings from
/// battles.
package sirocco.lab.statistics;
