/// What is measured: models in this process and behind servers.
package sirocco.lab.subject;
