/// Models fetched from a Hugging Face style hub, and the folder on this computer where they are
/// kept.
package sirocco.hub;
