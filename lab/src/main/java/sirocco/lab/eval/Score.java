package sirocco.lab.eval;

import sirocco.lab.statistics.Estimate;

/// A statistic as it came out.
///
/// @param statistic its name
public record Score(String statistic, Estimate estimate) {}
