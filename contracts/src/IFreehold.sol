// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The contract of Freehold's registers
/// @notice Registers write the size and root of their log here (anchors). Anyone can publish here what ends a record, or an
/// entry that a register does not take. The contract keeps order and judges nothing else: what events mean is said by
/// spec/anchor.md, and decided by those who read them.
/// @dev One contract serves all registers; a register is the address that sends. There is no owner, no pause and no
/// upgrade, no function takes ether, and none calls another contract.
interface IFreehold {
    /// @notice A register has anchored a tree.
    /// @param register The sender.
    /// @param size How many entries the tree has.
    /// @param root The tree's RFC 6962 root.
    event Anchored(address indexed register, uint64 size, bytes32 root);

    /// @notice Someone has published a secret: all records with the lock SHA-256(secret) have ended.
    /// @param register The register that should log it. It narrows nothing: the secret counts for every register.
    /// @param secret What opens the lock.
    event Withdrawn(address indexed register, bytes32 secret);

    /// @notice Someone has published an entry.
    /// @param register The register that should log it.
    /// @param entry A record (66 bytes) or a withdrawal (34 bytes), as in spec/entry.md.
    event Submitted(address indexed register, bytes entry);

    /// @notice The size of an anchor is not above that of the sender's last anchor.
    /// @param last The size of the last anchor, 0 before the first.
    /// @param size The size that was refused.
    error SizeNotAbove(uint64 last, uint64 size);

    /// @notice Only a record or a withdrawal can be submitted.
    /// @param start The first two bytes (version and kind); bytes that are not there count as zero.
    /// @param length The number of bytes. A record is 0x0101 and 66 bytes, a withdrawal 0x0102 and 34 bytes.
    error EntryRefused(bytes2 start, uint256 length);

    /// @notice Anchors a tree of the sender's log.
    /// @dev That the larger tree contains the smaller is not checked here: whoever verifies an anchor asks for the proof.
    /// Emits {Anchored}. Reverts with {SizeNotAbove}.
    /// @param size How many entries the tree has: more than at the sender's last anchor.
    /// @param root The tree's RFC 6962 root.
    function anchor(uint64 size, bytes32 root) external;

    /// @notice Publishes a secret, so that all records with its lock end. Anyone may, for anyone, without any signature.
    /// @dev Nothing is stored or checked: a secret that opens no lock ends nothing. Emits {Withdrawn}.
    /// @param register The register that should log the withdrawal.
    /// @param secret The 32 bytes whose SHA-256 is the lock.
    function withdraw(address register, bytes32 secret) external;

    /// @notice Publishes an entry, for a register that does not take it otherwise. Anyone may.
    /// @dev Only the form is checked, and nothing is stored. Emits {Submitted}. Reverts with {EntryRefused}.
    /// @param register The register that should log the entry.
    /// @param entry A record (66 bytes) or a withdrawal (34 bytes), as in spec/entry.md.
    function submit(address register, bytes calldata entry) external;

    /// @notice What a register anchored last.
    /// @param register The address that anchors.
    /// @return size The size of its tree; 0 if it has never anchored.
    /// @return root The root of its tree; 0 if it has never anchored.
    function latest(address register) external view returns (uint64 size, bytes32 root);
}
