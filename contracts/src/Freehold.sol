// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFreehold} from "./IFreehold.sol";

/// @title The contract of Freehold's registers. What it promises stands in {IFreehold}.
contract Freehold is IFreehold {
    /// @inheritdoc IFreehold
    mapping(address register => Tree) public latest;

    struct Tree {
        uint64 size;
        bytes32 root;
    }

    /// @inheritdoc IFreehold
    function anchor(uint64 size, bytes32 root) external {
        Tree storage tree = latest[msg.sender];
        if (size <= tree.size) revert SizeNotAbove(tree.size, size);
        (tree.size, tree.root) = (size, root);
        emit Anchored(msg.sender, size, root);
    }

    /// @inheritdoc IFreehold
    function withdraw(address register, bytes32 secret) external {
        emit Withdrawn(register, secret);
    }

    /// @inheritdoc IFreehold
    function submit(address register, bytes calldata entry) external {
        bytes2 start = bytes2(entry);
        bool isRecord = start == 0x0101 && entry.length == 66;
        bool isWithdrawal = start == 0x0102 && entry.length == 34;
        if (!isRecord && !isWithdrawal) revert EntryRefused(start, entry.length);
        emit Submitted(register, entry);
    }
}
