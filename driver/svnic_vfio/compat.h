/* SPDX-License-Identifier: GPL-2.0-only */
/* As driver/svnic/compat.h: operations of VFIO devices that older kernels do not have. */
#ifndef SVNIC_VFIO_COMPAT_H
#define SVNIC_VFIO_COMPAT_H

#ifdef HAVE_VFIO_IOMMUFD
#define SVNIC_COMPAT_IOMMUFD_OPS                          \
	.bind_iommufd = vfio_iommufd_physical_bind,       \
	.unbind_iommufd = vfio_iommufd_physical_unbind,   \
	.attach_ioas = vfio_iommufd_physical_attach_ioas, \
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
#else
#define SVNIC_COMPAT_IOMMUFD_OPS
#endif

#ifdef HAVE_VFIO_MATCH_TOKEN
#define SVNIC_COMPAT_TOKEN_OPS .match_token_uuid = vfio_pci_core_match_token_uuid,
#else
#define SVNIC_COMPAT_TOKEN_OPS
#endif

#ifdef HAVE_VFIO_REGION_INFO_CAPS
#define SVNIC_COMPAT_REGION_OPS .get_region_info_caps = vfio_pci_ioctl_get_region_info,
#else
#define SVNIC_COMPAT_REGION_OPS
#endif

#endif
