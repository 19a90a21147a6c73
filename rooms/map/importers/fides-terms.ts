/**
 * Terms of fideslang (Ethyca Inc., CC BY 4.0: keys and names) and what they are in DPV. Our reading, made to show and to compare; a term
 * without one is one that DPV has no word for, or only one that says less. Keys that are not here keep the word of the source.
 */

/** Key, name, and DPV terms, purposes and processing. */
const USES = `
analytics | Analytics | dpv:ServiceUsageAnalytics
analytics.reporting | Analytics for Reporting | dpv:ServiceUsageAnalytics
analytics.reporting.ad_performance | Analytics for Advertising Performance | dpv:Advertising dpv:Analyse
analytics.reporting.campaign_insights | Analytics for Insights | dpv:Marketing dpv:ServiceUsageAnalytics dpv:Analyse
analytics.reporting.content_performance | Analytics for Content Performance | dpv:ServiceUsageAnalytics dpv:Analyse
analytics.reporting.system | Analytics for System Activity | dpv:ServiceMonitoring
analytics.reporting.system.performance | Analytics for System Performance | dpv:ServiceMonitoring
collect | Collect | dpv:Collect
employment | Employment | dpv:HumanResourceManagement
employment.recruitment | Employment Recruitment | dpv:RecruitmentManagement
essential | Essential | dpv:ServiceProvision
essential.fraud_detection | Essential Fraud Detection | dpv:FraudPreventionAndDetection
essential.legal_obligation | Essential Legal Obligation | dpv:LegalCompliance
essential.service | Essential for Service | dpv:RequestedServiceProvision
essential.service.authentication | Essential Service Authentication | dpv:IdentityAuthentication
essential.service.notifications | Essential Service Notifications | dpv:CommunicationManagement
essential.service.notifications.email | Essential Email Service Notifications | dpv:CommunicationManagement
essential.service.notifications.sms | Essential SMS Service Notifications | dpv:CommunicationManagement
essential.service.operations | Essential for Operations | dpv:TechnicalServiceProvision
essential.service.operations.improve | Essential for Support Improvement | dpv:ServiceOptimisation
essential.service.operations.support | Essential for Operations Support | dpv:CustomerCare
essential.service.payment_processing | Essential for Payment Processing | dpv:PaymentManagement
essential.service.security | Essential for Security | dpv:EnforceSecurity
essential.service.upgrades | Essential for Service Upgrades | dpv:ServiceOptimisation
finance | Finance |
functional | Functional | dpv:ServiceProvision
functional.service | Service | dpv:ServiceProvision
functional.service.improve | Improve Service | dpv:ImproveExistingProductsAndServices
functional.storage | Local Data Storage | dpv:Store dpv:Access
marketing | Marketing | dpv:Marketing
marketing.advertising | Advertising, Marketing or Promotion | dpv:Advertising
marketing.advertising.first_party | First Party Advertising | dpv:Advertising
marketing.advertising.first_party.contextual | First Party Contextual Advertising | dpv:Advertising
marketing.advertising.first_party.targeted | First Party Personalized Advertising | dpv:PersonalisedAdvertising
marketing.advertising.frequency_capping | Frequency Capping | dpv:Advertising
marketing.advertising.negative_targeting | Negative Targeting | dpv:Advertising
marketing.advertising.profiling | Profiling for Advertising | dpv:PersonalisedAdvertising dpv:Profiling
marketing.advertising.serving | Essential for Serving Ads | dpv:Advertising
marketing.advertising.third_party | Third Party Advertising | dpv:Advertising
marketing.advertising.third_party.targeted | Third Party Targeted Advertising | dpv:TargetedAdvertising
marketing.communications | Marketing Communications | dpv:DirectMarketing
marketing.communications.email | Marketing Email Communications | dpv:DirectMarketing
marketing.communications.sms | Marketing SMS Communications | dpv:DirectMarketing
operations | Operations |
personalize | Personalize | dpv:Personalisation
personalize.content | Content Personalization | dpv:ServicePersonalisation
personalize.content.limited | Limited Content Personalization | dpv:ServicePersonalisation
personalize.content.profiled | Targeted Content Personalization | dpv:ServicePersonalisation
personalize.content.profiling | Profiling for Personalization | dpv:ServicePersonalisation dpv:Profiling
personalize.system | System Personalization | dpv:ServicePersonalisation
sales | Sales |
third_party_sharing | Third Party Sharing | dpv:Share
third_party_sharing.legal_obligation | Sharing for Legal Obligation | dpv:LegalCompliance dpv:Share
train_ai_system | Train AI System |
`;

/** Key, name, and DPV terms of personal data. */
const CATEGORIES = `
system | System Data |
system.authentication | Authentication Data | pd:Authenticating
system.operations | Operations Data |
user | User Data | dpv:PersonalData
user.account | Account Information |
user.account.settings | Account Settings | pd:Preference
user.account.username | Account Username | pd:Username
user.authorization | Authorization Information | pd:Authenticating
user.authorization.biometric | Biometric Credentials | pd:Authenticating pd:Biometric
user.authorization.credentials | Account password | pd:Password
user.authorization.password | Password | pd:Password
user.behavior | Observed Behavior | pd:Behavioural
user.behavior.browsing_history | Browsing History | pd:BrowserHistory
user.behavior.media_consumption | Media Consumption | pd:ServiceConsumptionBehaviour
user.behavior.purchase_history | Purchase History | pd:PurchasesAndSpendingHabit
user.behavior.search_history | Search History | pd:BrowsingBehaviour
user.biometric | Biometric Data | pd:Biometric
user.biometric.fingerprint | Fingerprint | pd:Fingerprint
user.biometric.health | Biometric Health Data | pd:Biometric pd:Health
user.biometric.retinal | Retina Scan | pd:Retina
user.biometric.voice | Voice Recording | pd:Biometric
user.childrens | Children's Data |
user.contact | Contact Data | pd:Contact
user.contact.address | User Contact Address | pd:PhysicalAddress
user.contact.address.city | User Contact City | pd:City
user.contact.address.country | User Contact Country | pd:Country
user.contact.address.postal_code | User Contact Postal Code | pd:PostalCode
user.contact.address.state | User Contact State | pd:Region
user.contact.address.street | User Contact Street | pd:Street
user.contact.email | User Contact Email | pd:EmailAddress
user.contact.fax_number | Fax Number | pd:Contact
user.contact.organization | Organization | pd:CurrentEmployment
user.contact.phone_number | User Contact Phone Number | pd:TelephoneNumber
user.contact.url | User Website | pd:Contact
user.content | User Content |
user.content.private | Private Content |
user.content.public | Public Content |
user.content.self_image | User Image | pd:Picture
user.criminal_history | Criminal History | pd:Criminal
user.demographic | Demographic Data | pd:Demographic
user.demographic.age_range | Age Range | pd:AgeRange
user.demographic.date_of_birth | Birth Date | pd:BirthDate
user.demographic.gender | Gender | pd:Gender
user.demographic.language | Language | pd:Language
user.demographic.marital_status | Marital Status | pd:MaritalStatus
user.demographic.political_opinion | Political Opinion | pd:PoliticalOpinion
user.demographic.profile | User Profile Data | pd:Profile
user.demographic.race_ethnicity | Race | pd:Race pd:EthnicOrigin
user.demographic.religious_belief | Religion | pd:ReligiousBelief
user.demographic.sexual_orientation | Sexual Orientation | pd:SexualPreference
user.device | Device Data | pd:DeviceBased
user.device.cookie | Device Cookie | pd:DeviceBased
user.device.cookie_id | Cookie ID | pd:Identifier
user.device.device_id | Device ID | pd:DeviceBased pd:Identifier
user.device.ip_address | IP Address | pd:IPAddress
user.financial | Financial Data | pd:Financial
user.financial.bank_account | Bank Account Information | pd:BankAccount
user.financial.credit_card | Credit Card Information | pd:PaymentCard
user.government_id | Government ID | pd:OfficialID
user.government_id.birth_certificate | Birth Certificate | pd:OfficialID
user.government_id.drivers_license_number | Driver's License Number | pd:OfficialID
user.government_id.immigration | Immigration ID | pd:OfficialID
user.government_id.national_identification_number | National Identification Number | pd:OfficialID
user.government_id.passport_number | Passport Number | pd:Passport
user.government_id.vehicle_registration | Vehicle Registration | pd:VehicalLicenseRegistration
user.health_and_medical | Health and Medical Data | pd:MedicalHealth
user.health_and_medical.genetic | User's Genetic Data | pd:Genetic
user.health_and_medical.insurance_beneficiary_id | Medical Insurance ID | pd:Insurance pd:MedicalHealth
user.health_and_medical.record_id | Medical Record ID | pd:HealthRecord
user.job_title | Job Title | pd:Job
user.location | Location Data | pd:Location
user.location.imprecise | Imprecise Subject Location | pd:Location
user.location.precise | Precise Subject Location | pd:GPSCoordinate
user.name | Name | pd:Name
user.name.first | First Name | pd:Name
user.name.last | Last Name | pd:Name
user.payment | Payment Data | pd:Financial
user.privacy_preferences | Privacy Preferences | pd:PrivacyPreference
user.sensor | Sensor Data |
user.social | Social Data | pd:Social
user.telemetry | Telemetry Data | pd:DeviceBased
user.unique_id | Unique ID | pd:UID
user.unique_id.pseudonymous | Pseudonymous User ID | pd:Identifier
user.user_sensor | User Sensor Data |
user.workplace | Workplace | pd:Professional
`;

export interface FidesTerm {
  name: string;
  terms: readonly string[];
}

export const fidesUses: ReadonlyMap<string, FidesTerm> = read(USES);
export const fidesCategories: ReadonlyMap<string, FidesTerm> = read(CATEGORIES);

function read(table: string): Map<string, FidesTerm> {
  const rows = table.trim().split("\n");
  return new Map(
    rows.map((row) => {
      const [key, name, terms] = row.split("|").map((cell) => cell.trim());
      return [key!, { name: name!, terms: terms!.split(" ").filter((term) => term !== "") }];
    }),
  );
}
