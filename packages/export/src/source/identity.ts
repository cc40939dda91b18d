/**
 * What a derived object takes over from its source: the modules Patient, Clinical Trial Subject, General Study, Patient
 * Study and Clinical Trial Study (PS3.3, A.1.3), by which an archive files it under the same patient and study.
 * De-identification is taken over with it: PatientIdentityRemoved and how it was removed. Type 2 attributes come first:
 * they are written empty where the source has none.
 */
export const REQUIRED_IDENTITY = {
  x00100010: 'PN', // PatientName
  x00100020: 'LO', // PatientID
  x00100030: 'DA', // PatientBirthDate
  x00100040: 'CS', // PatientSex
  x00080020: 'DA', // StudyDate
  x00080030: 'TM', // StudyTime
  x00080050: 'SH', // AccessionNumber
  x00080090: 'PN', // ReferringPhysicianName
  x00200010: 'SH', // StudyID
} as const satisfies Readonly<Record<string, string>>;

export const OPTIONAL_IDENTITY = {
  x0020000d: 'UI', // StudyInstanceUID
  x00080051: 'SQ', // IssuerOfAccessionNumberSequence
  x00080201: 'SH', // TimezoneOffsetFromUTC
  x00081030: 'LO', // StudyDescription
  x00081032: 'SQ', // ProcedureCodeSequence
  x00081048: 'PN', // PhysiciansOfRecord
  x00081060: 'PN', // NameOfPhysiciansReadingStudy
  x00081080: 'LO', // AdmittingDiagnosesDescription
  x00081084: 'SQ', // AdmittingDiagnosesCodeSequence
  x00100021: 'LO', // IssuerOfPatientID
  x00100022: 'CS', // TypeOfPatientID
  x00100024: 'SQ', // IssuerOfPatientIDQualifiersSequence
  x00100032: 'TM', // PatientBirthTime
  x00101000: 'LO', // OtherPatientIDs
  x00101001: 'PN', // OtherPatientNames
  x00101002: 'SQ', // OtherPatientIDsSequence
  x00101010: 'AS', // PatientAge
  x00101020: 'DS', // PatientSize
  x00101030: 'DS', // PatientWeight
  x00102160: 'SH', // EthnicGroup
  x00102180: 'SH', // Occupation
  x001021b0: 'LT', // AdditionalPatientHistory
  x00102201: 'LO', // PatientSpeciesDescription
  x00102202: 'SQ', // PatientSpeciesCodeSequence
  x00102203: 'CS', // PatientSexNeutered
  x00102292: 'LO', // PatientBreedDescription
  x00102293: 'SQ', // PatientBreedCodeSequence
  x00102294: 'SQ', // BreedRegistrationSequence
  x00102297: 'PN', // ResponsiblePerson
  x00102298: 'CS', // ResponsiblePersonRole
  x00102299: 'LO', // ResponsibleOrganization
  x00104000: 'LT', // PatientComments
  x00120010: 'LO', // ClinicalTrialSponsorName
  x00120020: 'LO', // ClinicalTrialProtocolID
  x00120021: 'LO', // ClinicalTrialProtocolName
  x00120030: 'LO', // ClinicalTrialSiteID
  x00120031: 'LO', // ClinicalTrialSiteName
  x00120040: 'LO', // ClinicalTrialSubjectID
  x00120042: 'LO', // ClinicalTrialSubjectReadingID
  x00120050: 'LO', // ClinicalTrialTimePointID
  x00120051: 'ST', // ClinicalTrialTimePointDescription
  x00120062: 'CS', // PatientIdentityRemoved
  x00120063: 'LO', // DeidentificationMethod
  x00120064: 'SQ', // DeidentificationMethodCodeSequence
  x00120081: 'LO', // ClinicalTrialProtocolEthicsCommitteeName
  x00120082: 'LO', // ClinicalTrialProtocolEthicsCommitteeApprovalNumber
  x00380010: 'LO', // AdmissionID
} as const satisfies Readonly<Record<string, string>>;
