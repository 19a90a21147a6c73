/**
 * The terms of W3C DPV 2.3 that we pin and what they lie under, as trees: a term, its further parents each after `&`,
 * the terms below it in brackets. Without a prefix: `pd:` in personalDataTree, `dpv:` elsewhere. Names and
 * relations only (facts); their definitions are at https://w3id.org/dpv. Written by tools/vocabulary.ts.
 */
export const purposeTree = `Purpose(AccountManagement
CommercialPurpose(CommercialResearch&ResearchAndDevelopment)
CommunicationManagement(CommunicationForCustomerCare&CustomerCare)
CustomerManagement(CustomerCare CustomerClaimsManagement CustomerOrderManagement CustomerRelationshipManagement(ImproveInternalCRMProcesses&OptimisationForController) CustomerSolvencyMonitoring)
EnforceSecurity(EnforceAccessControl IdentityAuthentication MisusePreventionAndDetection(FraudPreventionAndDetection(CounterMoneyLaundering MaintainFraudDatabase)) Verification(AgeVerification IdentityVerification))
EstablishContractualAgreement
FulfilmentOfObligation(FulfilmentOfContractualObligation LegalCompliance ProtectionOfIPR)
HumanResourceManagement(PersonnelManagement(PersonnelHiring(PersonnelOnboarding RecruitmentManagement(RecruitmentApplicantBackgroundCheck RecruitmentApplicantCriminalBackgroundCheck RecruitmentApplicantInformationAuthentication RecruitmentApplicantSelection RecruitmentApplicationManagement(RecruitmentApplicationAnalysis RecruitmentApplicationScreening) RecruitmentInterviewManagement(RecruitmentInterviewAnalysis RecruitmentInterviewAssessment RecruitmentInterviewScheduling))) PersonnelMonitoring(PersonnelBehaviourMonitoring PersonnelPerformanceMonitoring&PersonnelPerformanceManagement) PersonnelOffboarding PersonnelPayment PersonnelPerformanceManagement&PersonnelMonitoring(PersonnelPerformanceEvaluation PersonnelPerformancePrediction) PersonnelPromotionManagement PersonnelTerminationManagement PersonnelWorkloadManagement))
Marketing(Advertising(PersonalisedAdvertising&Personalisation(TargetedAdvertising) PoliticalCampaign&Personalisation RecruitmentAdvertising&PersonnelHiring(RecruitmentTargetedAdvertising&TargetedAdvertising)) DirectMarketing PublicRelations SocialMediaMarketing)
NonCommercialPurpose(NonCommercialResearch&ResearchAndDevelopment)
OrganisationGovernance(DataGovernance(DataAvailabilityAssessment DataInteroperabilityManagement(DataInteroperabilityAssessment DataInteroperabilityImprovement) DataInventoryManagement DataQualityManagement(DataQualityAssessment(DataSuitabilityAssessment) DataQualityImprovement) DataSecurityManagement MetadataManagement) DisputeManagement MemberPartnerManagement OrganisationComplianceManagement OrganisationRiskManagement)
Personalisation(ServicePersonalisation&ServiceManagement(PersonalisedBenefits ProvidePersonalisedRecommendations(ProvideEventRecommendations ProvideProductRecommendations) UserInterfacePersonalisation))
PublicBenefit(CombatClimateChange Counterterrorism DataAltruism ImproveHealthcare ImprovePublicServices ImproveTransportMobility ProtectionOfNationalSecurity ProtectionOfPublicSecurity ProvideOfficialStatistics PublicPolicyMaking)
RecordManagement
ResearchAndDevelopment(AcademicResearch ScientificResearch)
ServiceManagement(PaymentManagement RepairImpairments ServiceAccessDetermination ServiceMonitoring(ServiceUsageAnalytics) ServiceOptimisation(OptimisationForConsumer(OptimiseUserInterface) OptimisationForController(ImproveExistingProductsAndServices IncreaseServiceRobustness InternalResourceOptimisation)) ServiceProvision(RequestedServiceProvision(DeliveryOfGoods) SearchFunctionalities SellProducts(SellDataToThirdParties SellInsightsFromData SellProductsToDataSubject) TechnicalServiceProvision) ServiceRegistration)
VendorManagement(VendorPayment VendorRecordsManagement VendorSelectionAssessment))`;

export const personalDataTree = `dpv:PersonalData(dpv:SensitivePersonalData(dpv:SpecialCategoryPersonalData(Biometric&Identifying(FacialExpression FacialPrint Fingerprint Retina) EthnicOrigin&Ethnicity MedicalHealth&External(BloodType DNACode Disability DrugTestResult Health(Genetic MentalHealth PhysicalHealth) HealthHistory(FamilyHealthHistory IndividualHealthHistory) HealthRecord Prescription) PhilosophicalBelief&KnowledgeBelief PoliticalAffiliation&PublicLife PoliticalOpinion&PublicLife Race&Ethnicity Religion&PublicLife ReligiousBelief&KnowledgeBelief Sexual&External(Fetish Proclivity SexualHistory SexualPreference) TradeUnionMembership&GroupMembership) Vulnerability)
External(Behavioural(Attitude AuthenticationHistory BrowsingBehaviour(BrowserHistory BrowsingReferral) CallLog Demeanour LinkClicked PerformanceAtWork&Professional Personality Reliability ServiceConsumptionBehaviour(TVViewingBehaviour) SocialBehaviour&Social VehicleUsage&Vehicle) Citizenship Demographic(Geographic IncomeBracket PhysicalTrait) Ethnicity Identifying(Name OfficialID(Passport) Picture UID Username VehicleLicense&Vehicle(VehicalLicenseNumber VehicalLicenseRegistration)) Language(Accent Dialect) Nationality PersonalDocuments PhysicalCharacteristic(Age(AgeRange(AgeExact) BirthDate) Gender HairColour Height Piercing SkinTone Tattoo Weight) Vehicle)
Financial(FinancialAccount(AccountIdentifier(FinancialAccountNumber PaymentCardNumber&PaymentCard(CreditCardNumber)) BankAccount PaymentCard(PaymentCardExpiry)) FinancialStatus Insurance Ownership(CarOwned HouseOwned(ApartmentOwned) PersonalPossession) Transactional(Credit(CreditCapacity CreditRecord CreditStanding CreditWorthiness(CreditScore)) Income LoanRecord Purchase PurchasesAndSpendingHabit Sale Tax Transaction))
Historical(LifeHistory)
Household
Internal(Authenticating(PINCode Password SecretText) Emotion KnowledgeBelief(TechnicalKnowledge Thought) Mood Preference(Favourite(FavouriteColour FavouriteFood FavouriteMusic) Intention Interest(Dislike Like) Opinion PrivacyPreference))
Profile(GroupProfile IndividualProfile)
Social(Communication(EmailContent SocialMedia(PubliclyAvailableSocialMedia) SocialMediaCommunication VoiceCommunicationRecording VoiceMail) Criminal(CriminalCharge CriminalConviction CriminalOffence CriminalPardon) Family(FamilyStructure(Divorce Marriage Offspring Parent Sibling) Relationship) Professional(DisciplinaryAction Education(EducationExperience EducationQualification EducationTraining) EmploymentHistory(CurrentEmployment PastEmployment) Job ProfessionalCertification ProfessionalEvaluation ProfessionalExperience(WorkExperience) ProfessionalInterview ProfessionalTraining Reference Salary School WorkEnvironment WorkHistory) PublicLife(Character CommunicationsMetadata GeneralReputation Interaction MaritalStatus SocialStatus) SocialNetwork(Acquaintance Association Connection Friend GroupMembership))
Tracking(Contact(EmailAddress(EmailAddressPersonal EmailAddressWork) PhysicalAddress&Location(City HouseNumber Locality PostalCode Region RoomNumber Street) TelephoneNumber) DeviceBased(BrowserFingerprint DeviceSoftware(DeviceApplications DeviceOperatingSystem) IPAddress MACAddress) DigitalFingerprint Identifier Location(BirthPlace(BirthCountry&Country) Country CurrentLocation(GPSCoordinate) Domicile HomeLocation Residency TravelHistory WorkLocation) UserAgent))`;

export const processingTree = `Processing(Copy
Disclose(DiscloseByTransmission Display Disseminate Download Export MakeAvailable Share Transmit)
Obtain(Acquire Collect Derive(Infer) Generate Observe Record)
Organise(Structure(Format(Reformat)))
Remove(Delete Destruct Erase)
Store
Transfer(CrossBorderTransfer Move)
Transform(Adapt Align Alter(Aggregate Modify) Anonymise Combine Filter Pseudonymise Restrict Screen)
Use(Access Analyse Assess Consult(Monitor Query) Match Profiling Retrieve Tracking(TrackingByFirstParty TrackingByThirdParty)))`;

export const legalBasisTree = `LegalBasis(Consent(InformedConsent(ExpressedConsent(ExplicitlyExpressedConsent(eu-gdpr:A6-1-a-explicit-consent&eu-gdpr:A6-1-a&eu-gdpr:Consent eu-gdpr:A9-2-a&eu-gdpr:Consent) eu-gdpr:A6-1-a&eu-gdpr:Consent eu-gdpr:A6-1-a-non-explicit-consent&eu-gdpr:A6-1-a&eu-gdpr:Consent) ImpliedConsent) UninformedConsent eu-gdpr:Consent)
Contract(ContractByDomain(DistributionAgreement EmploymentContract LicenseAgreement(EULA) ServiceLevelAgreement) ContractByEntityType(B2BContract(B2B2CContract&B2CContract) B2CContract C2BContract C2CContract G2BContract G2CContract G2GContract) ContractByNegotiationType(NegotiatedContract StandardFormContract(ConsumerStandardFormContract ProviderStandardFormContract)) ContractPerformance(eu-gdpr:A6-1-b-contract-performance&eu-gdpr:A6-1-b) DataProcessingAgreement(DataControllerContract(JointDataControllersAgreement) DataProcessorContract(ControllerProcessorAgreement) DataSubjectContract(ControllerDataSubjectAgreement) SubProcessorAgreement ThirdPartyContract(ThirdPartyAgreement)) EnterIntoContract(eu-gdpr:A6-1-b-enter-into-contract&eu-gdpr:A6-1-b) eu-gdpr:A6-1-b)
DataTransferLegalBasis
LegalObligation(RightsFulfilment eu-gdpr:A6-1-c)
LegitimateInterest(LegitimateInterestOfController(eu-gdpr:A6-1-f-controller&eu-gdpr:A6-1-f) LegitimateInterestOfDataSubject LegitimateInterestOfThirdParty(eu-gdpr:A6-1-f-third-party&eu-gdpr:A6-1-f) eu-gdpr:A6-1-f eu-gdpr:A9-2-d)
OfficialAuthorityOfController(eu-gdpr:A6-1-e&PublicInterest eu-gdpr:A6-1-e-official-authority&eu-gdpr:A6-1-e)
PublicInterest(eu-gdpr:A6-1-e-public-interest&eu-gdpr:A6-1-e eu-gdpr:A9-2-g eu-gdpr:A9-2-i eu-gdpr:A9-2-j)
VitalInterest(VitalInterestOfNaturalPerson(VitalInterestOfDataSubject(eu-gdpr:A6-1-d-data-subject&eu-gdpr:A6-1-d) eu-gdpr:A6-1-d-natural-person&eu-gdpr:A6-1-d) eu-gdpr:A6-1-d eu-gdpr:A9-2-c)
eu-gdpr:A9-2-b
eu-gdpr:A9-2-e
eu-gdpr:A9-2-f
eu-gdpr:A9-2-h)`;
