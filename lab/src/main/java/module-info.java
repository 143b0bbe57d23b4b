/// Measures models and looks at what their experts do: the papers' benchmarks, long range, bias,
/// preference, fidelity and routing, and reports of them.
@org.jspecify.annotations.NullMarked
module sirocco.lab {
  requires static transitive org.jspecify;
  requires transitive sirocco.core;
  requires tools.jackson.databind;
  requires com.github.luben.zstd_jni;
  requires java.net.http;
  requires java.sql;

  exports sirocco.lab.answers;
  exports sirocco.lab.data;
  exports sirocco.lab.eval;
  exports sirocco.lab.fidelity;
  exports sirocco.lab.preference;
  exports sirocco.lab.range;
  exports sirocco.lab.report;
  exports sirocco.lab.routing;
  exports sirocco.lab.safety;
  exports sirocco.lab.sandbox;
  exports sirocco.lab.statistics;
  exports sirocco.lab.subject;
  exports sirocco.lab.tasks;
}
