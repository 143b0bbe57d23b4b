/// How far a model strays from another that it should equal.
package sirocco.lab.fidelity;
