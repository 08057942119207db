/**
 * Cookies that earlier releases of `@auth0/auth0-server-js` wrote, with their own stores and the secret of sessions.ts, at
 * 2026-11-23T12:00:00Z: one stateless session, and one stateful with its id.
 */
export const earlierReleases: Record<
  string,
  { stateless: Record<string, string>; stateful: Record<string, string>; id: string }
> = {
  "1.1.0": {
    stateless: {
      "__a0_session.0":
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiZmZiNGU3MWQtM2Y2Ni00N2FkLTllOGUtZDkyNzU3YjI4NDA4In0..caXyR0bAV-GNsh2q6BpEdg.eKWqrM709WHDBvcd0btSOiaIWQN6yr9E-zv21PeZ6mTkiMoK9QxyMtNpaE0H-eIbgwgLY-sXTNPe_HiyJ8tkLom8X9oOWJBmtmjqlT7p-A_XQ7Rw17wcbh5sFX2diZtln4GONK6qBKV0KN6aczZBIEPzyZvHxko_lGmaaG0ah9KLfgTc1bpa9CBLBOxzxy0eTxRJ9vaEgBmbXY_l8b_oDreMtclqmY9EAxgxJNblQXVLHMH4GnWJPFRt0VXC7DXcIWKvLFyrkNOSe2eiOI_RQrbV2Id070eRbF8ILR_a36Q3DivGKqt8RXhvMiJIN5GSSz3vUTwN6zh_tsrqzKrnsuqwGx8wWgJqLdDXnS4utK3W7IkADWNahol8H3eP_l4ty41qqGpyTQ0Tg11G3O9oIjh7FU8yTCi-wDJ36H_oW20.jzhIGjTO-8vtHzfkY3_vASZARsgTTDkNDOr19_6wmhM",
    },
    stateful: {
      __a0_session:
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiMzI1MDM2NDMtMDNiNy00YzhhLTkxNWItMzRiN2M4M2RkY2EwIn0..CnXd8V4pd3_xizDw1Sz4nQ.pDRyLj9iWlWQOImpV-syWp056Xm_hLPmoWBVuYZden2Uy4c7gXRDTcSd5DmmbfzsxGZ49S7Jyh70M_fHPva9HQ.NiNS4z01lOcYwTFd__KVMBOPQUb91FALqDLKeNEJiRE",
    },
    id: "d8825bb417cb28ceab5c013668d5183e",
  },
  "1.2.0": {
    stateless: {
      "__a0_session.0":
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiZmZlNWViZDEtNWZlOS00NjM4LTk2OGItNTk5ZmMyNzI5YmM5In0..HOpY5HqyljbD_Mo0T0Hy_Q.ftskkEzR3TerwPY57zeKxUHxbb98tiZuruY0FlRhQqOBqw3HOoTTddYq2EDuPeSiejgdPhdm34mklY7W_d-3STqR1dq5ddGv3taG7I8uX3LjoekyRXAZTFMhGzl51261H9araDmWA8y6Sbwi88VUDC4ME82cJQFT6gViOpoSqND1J9D1c98pbscjVcRr5QKOCysoXryhxzXaTXupbIXD4WumeLYEfDb3xmCnHCzbLx6rsMEne8OjKDjXgmnMYRWA-gY8FEuFWMM0_a_pinnMqwg1wHCaIivnebHRXEQKQ5cRK92dDv3Pm5rou_GT1L2EmjL7s_gG30d31J_yECeNKfipbRtEtDd_6-zZAMHKXPEXO7EYLbj0RilggH0l9iUQa-WDs5xVKaohhcXYFemdGtPKLgukr9TufLiQDTUrI0w.1IbnG5HnZpnkW_Djz7ferCFqijwCk_xWpVZZZ6Az_FI",
    },
    stateful: {
      __a0_session:
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiYjE0NWY1ZmMtMWY0Zi00ZWUzLWI1YmYtNzIwODQ5NjFiMTQ0In0..XaiX9yTt8ojjY5Cdv__rjA.CU_KVJTc1y_GlVfzOWf4zcwQ2mKoVeOulA4ad2Tsknt0mjtlGq3e0kcgmy4En6IVt5JYeG84_pYPDlyQTtt2Cw.-wTDMOuiVW_ssnrqh0DVTcGRgliyUWlUMNWOLRnua3k",
    },
    id: "15d3c04e28827817124a85cfe49eb695",
  },
  "1.9.0": {
    stateless: {
      "__a0_session.0":
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiMjQ5ZTk3NDktZGY3MC00N2Q1LThjMjItNTI0YmYwZWRiYjdjIn0..20_yMrpJzoDAfklU1PfM7w.0lb5ZYC-VXTkRv5MlDuujdmLYm6G-ClYYr3MsUzDIjC66qmRKhj2di2h5ZuNTOwRUljUHsqAfi2zMbGiAJZQU3Ze0GjTO6rJQSVZ7cUZzb_lkVgFR4gDNALK65Epcf7faS3Fbkde1W9cGTS4ptUNsfTS5wCiSb9l8w1ixpSwHsE0-PLbDP23TrHGNQcZMan5RPlP8dyeKZYQ-WVUlRCZGZRBCvtWU9NJEGb7qbD79BOOEym_2iXQPs070zj3-wKath6Jz9LBXwVmOm5qfzlh4L20fCd_PNNuyd8XayTnvr0J3wPvoI2l6UXDJnQOm163MvRfONcC7hdaifgdp85breTCXscrow8ugQs_RzgvY25kFnwnAymK7jDLuPE6OX-rnJ9ozYIVIXy7vDbPtfpB2wseAcx-O2ltNe8I0_otOgIA4uX8_jpX7PiK_H1A1Kzh.pwalvvVrT6X2Vqv1LCHH-Rm0aaJ_OxnmdgaL4pd0CSg",
    },
    stateful: {
      __a0_session:
        "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiYWVmZjIwMGUtYTdhNi00ZWYwLWEyMDQtZmU5YzJiNGE0NDc3In0..msEQAD11P0Bpdlt4_t3LIw.ys78kQM10yM4VgNtioT4hxgF7L5ua7ffPZC-Zj3OexZL0-dz-psaOhCf-BGgZ7d71X2cegBl_tqq4j05l3tBWA.BrwYFAXlO0gy9LRRIfm2X0lNCmqGrLAh-DboeYeyXmQ",
    },
    id: "ec5a6fb082a198d077ef7171463616a2",
  },
};

/** The session in all of them. Release 1.9 keeps its domain as well. */
export const earlierSession = {
  user: { sub: "auth0|mira", name: "Mira Weiß", sid: "the-sid" },
  idToken: "a.b.c",
  refreshToken: "v1.a-refresh-token",
  tokenSets: [
    {
      audience: "default",
      accessToken: "an-access-token",
      scope: "openid profile",
      expiresAt: Date.parse("2026-11-23T13:00:00Z") / 1000,
    },
  ],
};
