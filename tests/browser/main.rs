//! The site in Chromium: what readers see, what keeps some of them out, and what hostile documents could do to them.

#![cfg(test)]

mod axe;
mod browser;
mod corpus;
mod examples;
mod hostile;
mod hostility;
mod look;
mod owned;
mod page;
mod proof;
mod proxy;
mod reader;
mod reading;
mod seen;
mod site;
mod transport;
mod witness;
