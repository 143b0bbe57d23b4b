/// Shows a run: a page of charts made of its metrics.
package sirocco.train.report;
