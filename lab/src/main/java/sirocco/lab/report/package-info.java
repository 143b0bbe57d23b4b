/// Shows what was measured: charts as SVG and pages that stand alone.
package sirocco.lab.report;
