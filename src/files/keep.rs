//! What a file has besides its content, carried over to the one that takes its place.

use std::fs::File;
use std::io;

/// Gives `new` the owner, the permissions and the extended attributes (access control lists among
/// them) of `old`.
///
/// # Errors
/// A sentence about what cannot be kept.
#[cfg(unix)]
pub(super) fn keep(old: &File, new: &File) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let said = |error: io::Error| error.to_string();
    let (before, now) = (old.metadata().map_err(said)?, new.metadata().map_err(said)?);
    if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
        let uid = (before.uid() != now.uid()).then(|| rustix::fs::Uid::from_raw(before.uid()));
        let gid = (before.gid() != now.gid()).then(|| rustix::fs::Gid::from_raw(before.gid()));
        rustix::fs::fchown(new, uid, gid).map_err(|_| {
            format!(
                "it belongs to user {} and group {}, which could not be kept",
                before.uid(),
                before.gid()
            )
        })?;
    }
    new.set_permissions(before.permissions()).map_err(said)?;
    attributes(old, new)
}

#[cfg(not(unix))]
pub(super) fn keep(old: &File, new: &File) -> Result<(), String> {
    let permissions = old.metadata().and_then(|data| new.set_permissions(data.permissions()));
    permissions.map_err(|error: io::Error| error.to_string())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn attributes(old: &File, new: &File) -> Result<(), String> {
    use rustix::fs::{XattrFlags, fgetxattr, fsetxattr};
    for name in names(old)? {
        let shown = name.to_string_lossy().into_owned();
        let lost = || format!("its extended attribute `{shown}` could not be kept");
        let value = value(old, &name).ok_or_else(lost)?;
        if fsetxattr(new, &*name, &value, XattrFlags::empty()).is_err() {
            // What the system sets by itself, such as a label, may be the same already.
            let mut same = vec![0; value.len() + 1];
            let read = fgetxattr(new, &*name, &mut same[..]);
            if read.ok().map(|length| &same[..length]) != Some(&value) {
                return Err(lost());
            }
        }
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn names(file: &File) -> Result<Vec<std::ffi::CString>, String> {
    use rustix::fs::flistxattr;
    use rustix::io::Errno;
    let mut room = vec![0u8; 1 << 16];
    match flistxattr(file, &mut room[..]) {
        Ok(length) => {
            let names = room[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty());
            Ok(names.filter_map(|name| std::ffi::CString::new(name).ok()).collect())
        }
        Err(Errno::NOTSUP | Errno::NOSYS) => Ok(Vec::new()),
        Err(error) => Err(format!("its extended attributes cannot be read: {error}")),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn value(file: &File, name: &std::ffi::CStr) -> Option<Vec<u8>> {
    let mut room = vec![0u8; 1 << 16];
    let length = rustix::fs::fgetxattr(file, name, &mut room[..]).ok()?;
    room.truncate(length);
    Some(room)
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
fn attributes(_: &File, _: &File) -> Result<(), String> {
    Ok(())
}
