/// The model that comes with Sirocco, and where its file lies.
package sirocco.defaultmodel;
