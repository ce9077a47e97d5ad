//! What the tools do, tool by tool.
//!
//! In: nothing. Out: rules by the names of tools. Must not: say harmless of what is not certain to be.

mod ceph;
mod ceph_daemons;
mod ceph_storage;
mod cloud;
mod containers;
mod data;
mod delivery;
mod disks;
mod files;
mod fixed;
mod git;
mod http;
mod kubectl;
mod list;
mod machine;
mod network;
mod openshift;
mod openstack;
mod packages;
mod platform;
mod programs;
mod virtual_machines;

use super::{DEPENDS, Judgement, NOT_KNOWN, arguments, rule, sql, tools};

pub(super) use fixed::FIXED;
pub(super) use list::TOOLS;
