/// Who may ask, and how often.
package sirocco.server.access;
