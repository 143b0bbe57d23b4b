/// What the experts of a mixture do: who is chosen for which tokens, whether that follows the
/// domain or the token, and what becomes of the loss if the routers choose otherwise (Mixtral,
/// arXiv 2401.04088, section 5).
///
/// Legend: L layers, E experts, K chosen for a token, n tokens of a window.
package sirocco.lab.routing;
